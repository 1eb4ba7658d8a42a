"""Writes a report as a comment on the pull request of a job on GitHub, and edits it when there is one already.

usage: comment.py KEY FILE...   The first of the files that exists is the comment; KEY tells one comment from another.

Without a pull request, without a token, or where the pull request comes from a fork it writes nothing, says so, and
leaves the report to the job's summary. A comment that cannot be written is a warning. Needs only Python itself.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

TIMEOUT_S = 30
PAGE_LIMIT = 30
COMMENTS_PER_PAGE = 100
# GitHub takes 65,536 characters; reports keep below 65,000 bytes, so that the marker has room.
BODY_LIMIT_CHARACTERS = 65_536


def main(argv: list[str]) -> int:
    """Comment, or say why not; returns the exit status."""
    if len(argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    key, *candidates = argv
    report = next((path for path in map(Path, candidates) if path.is_file()), None)
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    if problem := reason_against(event, report):
        print(f"layerscope: no comment, {problem}; the job's summary has the report")
        return 0
    assert report is not None
    try:
        write_comment(event["pull_request"]["number"], marker(key), report.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        # The text of an answer stays out: the runner would take a line of it for a command.
        reason = f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else type(error).__name__
        print(f"::warning::layerscope could not comment on the pull request: {reason}")
    return 0


def reason_against(event: dict[str, Any], report: Path | None) -> str | None:
    """Why there is no comment, None where there is one to write."""
    if report is None:
        return "there is no report"
    if "pull_request" not in event:
        return "this is no pull request"
    # A fork's code may have made the report, and no token is to act on its behalf. A deleted fork is null.
    head = event["pull_request"]["head"]["repo"]
    if head is None or head["full_name"] != event["repository"]["full_name"]:
        return "the pull request comes from a fork"
    return None if os.environ.get("GITHUB_TOKEN") else "there is no token"


def marker(key: str) -> str:
    """The comment's first line, which nobody sees."""
    return f"<!-- layerscope: {re.sub(r'[^A-Za-z0-9_./]+', '-', key)} -->"


def write_comment(number: int, mark: str, text: str) -> None:
    """Edit the comment that begins with the mark, or write one."""
    comments = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    body = f"{mark}\n{text}"[:BODY_LIMIT_CHARACTERS]
    found = find_comment(f"{comments}/{number}/comments", mark)
    if found is None:
        call("POST", f"{comments}/{number}/comments", {"body": body})
    else:
        call("PATCH", f"{comments}/comments/{found}", {"body": body})


def find_comment(path: str, mark: str) -> int | None:
    """The id of the comment that a job left; anybody else may write the mark, too."""
    for page in range(1, PAGE_LIMIT + 1):
        comments = call("GET", f"{path}?per_page={COMMENTS_PER_PAGE}&page={page}")
        for comment in comments:
            if comment["user"]["type"] == "Bot" and comment["body"].startswith(mark):
                return int(comment["id"])
        if len(comments) < COMMENTS_PER_PAGE:
            break
    return None


def call(method: str, path: str, content: dict[str, str] | None = None) -> Any:
    """Ask GitHub's REST API; raises OSError and ValueError."""
    request = urllib.request.Request(
        f"{os.environ.get('GITHUB_API_URL', 'https://api.github.com')}/{path}",
        data=json.dumps(content).encode() if content is not None else None,
        method=method,
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
            "User-Agent": "layerscope",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
