"""The action for GitHub: what its steps do with an image, and whom its comment is kept from."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import SAMPLES, layerscope
from tests.cli.shells import ROOT
from tests.diff.builds import save
from tests.images import file
from tests.integrations.jobs import Comments, pull_request, run_action, served_comments, tool

TIDY = str(SAMPLES / "tidy-multistage.docker.tar")
NAIVE = str(SAMPLES / "naive-devel.docker.tar")
PUSH = {"repository": {"full_name": "team/app"}}
MARK = "<!-- layerscope: build/image -->\n"


@pytest.fixture
def comments() -> Iterator[Comments]:
    with served_comments() as served:
        yield served


@pytest.mark.parametrize(
    ("schema", "path"),
    [("github-actions", "action.yml"), ("gitlab-ci", "integrations/gitlab/layerscope.yml")],
)
def test_files_keep_to_the_published_schemas(schema: str, path: str) -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(ROOT / path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_linter_for_actions_finds_nothing() -> None:
    command = [tool("zizmor"), "--offline", "--persona=pedantic", str(ROOT / "action.yml")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_reports_go_to_the_folder_the_log_and_the_summary(tmp_path: Path) -> None:
    done = run_action(tmp_path, {"image": NAIVE, "reports": "out"}, PUSH)
    assert (done.code, done.outputs["exit-code"]) == (0, "0")
    folder = tmp_path / "out"
    assert done.outputs["reports"] == str(folder)
    assert {path.name for path in folder.iterdir()} == {"report.json", "report.md", "report.sarif", "report.txt"}
    assert done.summary == (folder / "report.md").read_text()
    assert (folder / "report.txt").read_text().rstrip("\n") in done.log
    assert re.search("^::(warning|notice|error)", done.log, re.MULTILINE)
    assert json.loads((folder / "report.json").read_text())["image"]["reference"] == NAIVE


def test_a_comment_says_what_changed_since_the_baseline_and_is_edited_in_place(
    tmp_path: Path, comments: Comments
) -> None:
    baseline = tmp_path / "baseline.json"
    assert layerscope("analyze", TIDY, "--json", str(baseline), "--quiet").returncode == 0
    stranger = comments.add(f"{MARK}mine", kind="User")
    comments.items += [{"id": n, "body": "talk", "user": {"type": "User"}} for n in range(150)]
    for image, verdict in ((NAIVE, "The image grew by 263.0 kB"), (TIDY, "The image stores as many bytes as before")):
        inputs = {"image": image, "baseline": str(baseline)}
        done = run_action(tmp_path, inputs, pull_request(), comments.url)
        assert done.code == 0, done.log
        assert len(comments.items) == 152
        assert comments.items[-1]["body"].startswith(f"{MARK}<!-- layerscope-diff -->")
        assert verdict in comments.items[-1]["body"]
        assert verdict in done.summary
    assert stranger["body"] == f"{MARK}mine"
    assert {method for method, _, _ in comments.requests} == {"GET", "POST", "PATCH"}
    assert {token for _, _, token in comments.requests} == {"Bearer the-job's-token"}


@pytest.mark.parametrize("head", ["stranger/app", None])
def test_a_pull_request_from_a_fork_gets_no_comment_and_a_summary(
    tmp_path: Path, comments: Comments, head: str | None
) -> None:
    done = run_action(tmp_path, {"image": TIDY}, pull_request(head), comments.url)
    assert done.code == 0, done.log
    assert comments.requests == []
    assert "## layerscope" in done.summary


def test_the_script_itself_keeps_the_token_from_forks(tmp_path: Path, comments: Comments) -> None:
    """Even if a workflow passes the token on, as one for `pull_request_target` may."""
    for event, reason in ((pull_request("stranger/app"), "comes from a fork"), (PUSH, "this is no pull request")):
        assert reason in comment(tmp_path, comments, event, token="secret")
    assert "there is no token" in comment(tmp_path, comments, pull_request(), token="")
    assert comments.requests == []


def test_a_comment_that_is_refused_is_a_warning(tmp_path: Path, comments: Comments) -> None:
    comments.refuses = 403
    assert comment(tmp_path, comments, pull_request(), token="secret") == (
        "::warning::layerscope could not comment on the pull request: HTTP 403\n"
    )


def comment(folder: Path, comments: Comments, event: object, *, token: str) -> str:
    """Run the script that comments; it never fails a job."""
    (folder / "event.json").write_text(json.dumps(event))
    (folder / "report.md").write_text("report\n")
    env = {"GITHUB_EVENT_PATH": str(folder / "event.json"), "GITHUB_REPOSITORY": "team/app", "GITHUB_TOKEN": token}
    command = ["python3", str(ROOT / "integrations/github/comment.py"), "build/image", str(folder / "report.md")]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env=env | {"GITHUB_API_URL": comments.url, "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    return done.stdout


def test_an_image_cannot_give_the_runner_commands(tmp_path: Path) -> None:
    hostile = "::set-output name=x::evil\n::error::evil"
    image = save(tmp_path / "image.tar", (hostile, [file("::error::evil\n::warning::evil", b"x" * 9_000)]))
    done = run_action(tmp_path, {"image": str(image)}, PUSH)
    assert done.code == 0, done.log
    ours, _, rest = done.log.partition("::stop-commands::")
    word = rest.partition("\n")[0]
    assert len(word) == 32
    silent, _, after = rest.partition(f"::{word}::\n")
    assert "evil" in silent
    assert not re.search(r"^::\S*evil|^::set-output|^::error::evil", ours + after, re.MULTILINE)


def test_an_image_that_is_not_there_ends_with_3_and_says_why(tmp_path: Path) -> None:
    done = run_action(tmp_path, {"image": "missing.tar"}, PUSH)
    assert (done.code, done.outputs["exit-code"]) == (3, "3")
    assert "missing.tar" in done.log
