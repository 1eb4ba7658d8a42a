"""Predicted bytes against images that are built on the other base."""

from pathlib import Path

import pytest

from tests.images import file, whiteout
from tests.needs.needing import application, need_linker_tools, program, torch_with_wheels
from tests.switching.images import Base, analyzed, base_image, candidate, records, squashed

pytestmark = pytest.mark.usefixtures("_tools")
PIP = "RUN /bin/sh -c pip install --no-cache-dir torch # buildkit"
APP = "COPY app /app # buildkit"


@pytest.fixture
def _tools() -> None:
    need_linker_tools()


@pytest.mark.parametrize("today", ["devel", "runtime", "base"])
def test_every_switch_is_what_the_rebuilt_image_has(tmp_path: Path, today: str) -> None:
    steps = ((PIP, torch_with_wheels()), (APP, [application()]))
    analysis = analyzed(tmp_path, base_image(today), *steps)
    assert analysis.candidates
    for found in analysis.candidates:
        rebuilt = analyzed(tmp_path, base_image(None if found.variant == "none" else found.variant), *steps)
        assert found.predicted_stored_bytes == rebuilt.index.stored_bytes
        assert found.saves_bytes == analysis.index.stored_bytes - rebuilt.index.stored_bytes


def test_a_squashed_image_says_the_same_but_for_records(tmp_path: Path) -> None:
    """One layer has one status file, and the predictions leave it as it is."""
    steps = ((PIP, torch_with_wheels()), (APP, [application()]))
    whole, flat = analyzed(tmp_path, base_image(), *steps), squashed(tmp_path, base_image(), *steps)
    assert [item.variant for item in flat.candidates] == [item.variant for item in whole.candidates]
    for found in flat.candidates:
        other = candidate(whole, found.variant)
        assert found.saves_bytes == pytest.approx(other.saves_bytes, rel=0.01)
        assert found.verdict is other.verdict
        assert any("cannot be told" in text for text in found.evidence)


def test_what_the_own_steps_install_again_is_not_saved(tmp_path: Path) -> None:
    """`apt-get install gcc` does nothing on devel, which has it, and brings it on base."""
    packages = {"make": [file("usr/bin/make", b"m" * 1_009, mode=0o755)]}
    names = ["base-files", "cuda-cudart-12-4", "cuda-compat-12-4", "libcublas-12-4", "gcc", "libc6-dev", "make"]
    made = records(names, packages, {"gcc": "libc6-dev", "make": "libc6-dev"})
    step = ("RUN /bin/sh -c apt-get install -y --no-install-recommends gcc make # buildkit", [*packages["make"], *made])
    found = candidate(analyzed(tmp_path, base_image(), step, (APP, [application()])), "base")
    plain = candidate(analyzed(tmp_path, base_image(), (APP, [application()])), "base")
    assert plain.saves_bytes - found.saves_bytes == 70_001 + 5_003
    assert any("install again: gcc, libc6-dev" in text for text in found.evidence)


def test_copies_that_a_chmod_made_go_with_what_they_copy(tmp_path: Path) -> None:
    base = base_image()
    lowered = [file(item.path, item.content, mode=0o700) for item in base.layers[3] if item.path.endswith("bin/nvcc")]
    step = ("RUN /bin/sh -c chmod -R go-rwx /usr/local/cuda/bin # buildkit", lowered)
    changed = candidate(analyzed(tmp_path, base, step, (APP, [application()])), "base")
    plain = candidate(analyzed(tmp_path, base, (APP, [application()])), "base")
    assert changed.saves_bytes - plain.saves_bytes == 200_003


def test_what_was_deleted_from_the_base_goes_as_well(tmp_path: Path) -> None:
    """Hidden bytes of the base are shipped all the same, and spared all the same."""
    step = ("RUN /bin/sh -c rm -rf /usr/local/cuda-12.4/bin # buildkit", [whiteout("usr/local/cuda-12.4/bin")])
    changed = candidate(analyzed(tmp_path, base_image(), step, (APP, [application()])), "base")
    plain = candidate(analyzed(tmp_path, base_image(), (APP, [application()])), "base")
    assert changed.saves_bytes == plain.saves_bytes


def test_the_plan_counts_no_byte_twice(tmp_path: Path) -> None:
    """CUDA's copies in the system are a finding as well, which the switch takes with it."""
    cache = file("root/.cache/pip/http-v2/a/b/c/d/e/abcdef.body", b"PK\x03\x04" + b"w" * 2_000_000)
    steps = ((PIP.replace("--no-cache-dir ", ""), [*torch_with_wheels(), cache]), (APP, [application()]))
    analysis = analyzed(tmp_path, base_image(), *steps)
    plan, switch = analysis.plan, analysis.recommended
    assert switch is not None
    assert [step.id for step in plan.steps][:2] == ["pip-cache", "switch"]
    assert plan.steps[0].saves_bytes == len(cache.content)
    assert plan.steps[1].saves_bytes == switch.saves_bytes
    rebuilt = analyzed(tmp_path, base_image(None), (steps[0][0], steps[0][1][:-1]), steps[1])
    assert plan.predicted_stored_bytes == rebuilt.index.stored_bytes
    assert plan.saves_bytes == sum(step.saves_bytes for step in plan.steps)
    left = analysis.index.stored_bytes
    for step in plan.steps:
        left -= step.saves_bytes
        assert step.predicted_stored_bytes == left


def test_without_layers_and_without_packages_paths_tell(tmp_path: Path) -> None:
    """A chain whose package records were thrown away, in one layer."""
    base = base_image()
    bare = Base(
        [[item for items in base.layers for item in items if "var/lib/dpkg" not in item.path]], [{"created_by": ""}]
    )
    analysis = squashed(tmp_path, bare, (APP, [application(), program("app/run")]))
    found = candidate(analysis, "base")
    assert found.saves_bytes >= 300_007 + 200_003 + 10_007
