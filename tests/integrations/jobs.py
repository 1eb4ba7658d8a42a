"""Jobs as a pipeline runs them: the steps of an action or a template, with the variables that a runner sets."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.cli.shells import ROOT, environment

_NAME = re.compile(r"(?<!')\b[a-z_]+(?:\.[a-z_-]+)+\b")


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended, and what it wrote for the runner."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]


def run_action(folder: Path, inputs: Mapping[str, str], event: Mapping[str, Any], api: str = "") -> Done:
    """Run the steps of `action.yml` in a folder, but for the one that installs."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    temporary = folder / ".runner"
    (temporary / "layerscope/bin").mkdir(parents=True, exist_ok=True)
    files = {name: temporary / name for name in ("summary", "output", "event.json")}
    for path in files.values():
        path.write_text("")
    files["event.json"].write_text(json.dumps(event))
    contexts: dict[str, Any] = {"github": _github(event)}
    contexts["inputs"] = {
        name: inputs.get(name) or _filled(item.get("default", ""), contexts) for name, item in action["inputs"].items()
    }
    base = environment(temporary / "layerscope/bin") | {
        "RUNNER_TEMP": str(temporary),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_API_URL": api,
        "GITHUB_EVENT_PATH": str(files["event.json"]),
        "GITHUB_OUTPUT": str(files["output"]),
        "GITHUB_REPOSITORY": contexts["github"]["repository"],
        "GITHUB_STEP_SUMMARY": str(files["summary"]),
    }
    log, code = "", 0
    for step in action["runs"]["steps"]:
        if step["id"] == "install" or ("if" in step and not _holds(step["if"], contexts)):
            continue
        env = base | {name: _filled(value, contexts) for name, value in step.get("env", {}).items()}
        # As a runner starts `shell: bash`.
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)
        log, code = log + done.stdout + done.stderr, done.returncode
        outputs = dict(line.split("=", 1) for line in files["output"].read_text().splitlines())
        contexts["steps"] = {"analyze": {"outputs": outputs}}
        if code:
            break
    return Done(code, log, files["summary"].read_text(), outputs)


def run_script(lines: list[str], folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of a GitLab job, as its runner does: one shell, which ends at the first line that fails."""
    (tools := folder / ".tools").mkdir(exist_ok=True)
    command = ["sh", "-e", "-c", "\n".join(lines)]
    env = environment(tools) | dict(variables)
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)


def pull_request(head: str | None = "team/app", base: str = "team/app") -> dict[str, Any]:
    """What a job is told of a pull request that comes from a repository, None for one that is gone."""
    repository = {"full_name": head} if head else None
    return {"repository": {"full_name": base}, "pull_request": {"number": 7, "head": {"repo": repository}}}


def _github(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event": event,
        "event_name": "pull_request" if "pull_request" in event else "push",
        "repository": "team/app",
        "workflow": "build",
        "job": "image",
        "token": "the-job's-token",
    }


def _filled(text: str, contexts: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda match: str(_value(match[1], contexts) or ""), text)


def _value(name: str, contexts: Mapping[str, Any]) -> Any:
    value: Any = contexts
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _holds(condition: str, contexts: Mapping[str, Any]) -> bool:
    """Whether a condition of `==` and `&&` holds."""
    filled = _NAME.sub(lambda match: repr(_value(match[0], contexts)), condition)
    return all(
        left.strip().strip("'\"") == right.strip().strip("'\"")
        for left, _, right in (part.partition("==") for part in filled.split("&&"))
    )


@dataclass(slots=True)
class Comments:
    """The comments of a pull request, as GitHub's REST API serves them."""

    url: str = ""
    items: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: int | None = None

    def add(self, body: str, kind: str = "Bot") -> dict[str, Any]:
        """Leave a comment."""
        self.items.append({"id": 1_000 + len(self.items), "body": body, "user": {"type": kind}})
        return self.items[-1]


def tool(name: str) -> str:
    """Where a tool is that comes with the extra `dev`."""
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    assert path, f"{name} comes with the extra `dev`"
    return path


@contextmanager
def served_comments() -> Iterator[Comments]:
    """Serve comments on the loopback interface, as GitHub's REST API does (issues/comments)."""
    comments = Comments()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            wanted = dict(part.split("=") for part in query.split("&"))
            size, page = int(wanted["per_page"]), int(wanted["page"])
            assert path == "/repos/team/app/issues/7/comments"
            self.answer(comments.items[(page - 1) * size : page * size])

        def do_POST(self) -> None:
            assert self.path == "/repos/team/app/issues/7/comments"
            self.answer(comments.add(self.body()))

        def do_PATCH(self) -> None:
            number = int(self.path.removeprefix("/repos/team/app/issues/comments/"))
            [item] = [item for item in comments.items if item["id"] == number]
            item["body"] = self.body()
            self.answer(item)

        def body(self) -> str:
            return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

        def answer(self, content: object) -> None:
            comments.requests.append((self.command, self.path, self.headers["Authorization"]))
            self.send_response(comments.refuses or 200)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        comments.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield comments
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def variables_of(template: Path, job: str, **more: str) -> dict[str, str]:
    """The variables of a GitLab job, with others in place of its own."""
    made: dict[str, str] = yaml.safe_load(template.read_text())[job]["variables"]
    return made | more
