"""A team's week: a good build on main, a change that keeps pip's cache, the gate that stops it, and the fix."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.diff.builds import Step, dist_info, save
from tests.images import file
from tests.integrations.jobs import Comments, Done, pull_request, run_action, served_comments

CONFIG = """
[budget.growth]
stored = "5 %"

[findings]
pip-cache = "error"
"""
CACHE_BYTES = 60_000
LIBRARIES = dist_info("thing", "1.0", 200_000)
CACHE = file("root/.cache/pip/http-v2/a/b/thing.body", b"c" * CACHE_BYTES)
APPLICATION: Step = ("COPY app /app", [file("app/main.py", b"print()\n" * 100)])
GOOD: Step = ("RUN pip install --no-cache-dir thing", LIBRARIES)
WASTEFUL: Step = ("RUN pip install thing", [*LIBRARIES, CACHE])
PUSH = {"repository": {"full_name": "team/app"}}


@pytest.fixture
def comments() -> Iterator[Comments]:
    with served_comments() as served:
        yield served


def build_and_run(folder: Path, step: Step, event: Mapping[str, Any], comments: Comments) -> Done:
    """Build the image and run the job, as each push does."""
    save(folder / "image.tar", step, APPLICATION)
    return run_action(folder, {"image": "image.tar", "baseline": "baseline.json"}, event, comments.url)


def test_a_pip_cache_is_stopped_explained_and_fixed(tmp_path: Path, comments: Comments) -> None:
    (tmp_path / ".layerscope.toml").write_text(CONFIG)

    on_main = build_and_run(tmp_path, GOOD, PUSH, comments)
    assert on_main.code == 0, on_main.log
    assert "1 of 2 checks passed; 1 skipped" in on_main.log
    (Path(on_main.outputs["reports"]) / "report.json").rename(tmp_path / "baseline.json")

    stopped = build_and_run(tmp_path, WASTEFUL, pull_request(), comments)
    assert stopped.code == 1
    assert "2 of 2 checks failed" in stopped.log
    assert "finding:pip-cache" in stopped.log
    assert "::error" in stopped.log
    [comment] = comments.items
    for part in (
        f"The image grew by {CACHE_BYTES / 1_000} kB (+",
        "pip-cache",
        "RUN pip install thing",
        "New to mend: pip-cache 60.0 kB",
        "/root/.cache/pip/http-v2/a/b/thing.body",
        "Keep the cache out of the layer",
    ):
        assert part in comment["body"]
    assert "finding:pip-cache" in stopped.summary

    fixed = build_and_run(tmp_path, GOOD, pull_request(), comments)
    assert fixed.code == 0, fixed.log
    assert "2 of 2 checks passed" in fixed.log
    assert comments.items == [comment]
    assert "The image stores as many bytes as before" in comment["body"]
    assert "pip-cache" not in comment["body"]
