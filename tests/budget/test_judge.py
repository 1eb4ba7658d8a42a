"""Each limit, kept to the last byte and broken by one, on an image whose sizes are known by construction."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import layerscope
from layerscope.analysis import Analysis
from layerscope.base_image.detected import DetectedBase
from layerscope.budget.figures import Figures
from layerscope.budget.judge import judge
from layerscope.checks.check import Check, Status, Unit
from layerscope.checks.gate import Level
from layerscope.settings.budget import Budget, FindingLimit, Growth
from layerscope.settings.settings import Settings
from layerscope.transfer import Transfer
from tests.budget.analyzed import analyzed
from tests.images import docker_archive, file, layer

SAMPLES = Path(__file__).parents[2] / "sample_images"
CACHED, KEPT, OLD, NEW = 7_000, 40_000, 1_000, 2_000
TRANSFER = 30_000


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """50,000 B stored: 1,000 B superseded, 20,000 B twice, 7,000 B of a pip cache; 30,000 B on the wire."""
    half = bytes(range(200)) * 100
    layers = [
        layer(file("opt/a", half), file("opt/b", half)),
        layer(file("root/.cache/pip/http/x", b"c" * CACHED), file("etc/motd", b"1" * OLD)),
        layer(file("etc/motd", b"2" * NEW)),
    ]
    found = analyzed(tmp_path_factory.mktemp("image"), layers)
    return replace(found, transfer=Transfer(TRANSFER, None, None))


def checks(image: Analysis, before: Figures | str = "none", /, **limits: Any) -> tuple[Check, ...]:
    return judge(image, Settings(budget=Budget(**limits)), before).gate.checks


def outcome(image: Analysis, before: Figures | str = "none", /, **limits: Any) -> tuple[str, Any, Any, Status]:
    [check] = checks(image, before, **limits)
    return check.id, check.limit, check.actual, check.status


SIZES = [
    ("stored", "stored_bytes", KEPT + CACHED + OLD + NEW),
    ("transfer", "transfer_bytes", TRANSFER),
    ("superseded", "superseded_bytes", OLD),
    ("duplicate", "duplicate_bytes", KEPT // 2),
]


@pytest.mark.parametrize(("name", "limit", "actual"), SIZES)
def test_sizes(image: Analysis, name: str, limit: str, actual: int) -> None:
    assert outcome(image, **{limit: actual}) == (name, actual, actual, Status.PASSED)
    assert outcome(image, **{limit: actual - 1}) == (name, actual - 1, actual, Status.FAILED)


def test_nothing_is_checked_without_limits(image: Analysis) -> None:
    assert checks(image) == ()


def test_a_failed_check_says_by_how_much_and_what_to_do(image: Analysis) -> None:
    [check] = checks(image, superseded_bytes=100)
    assert check.reason == "Shipped but invisible are 1.0 kB, 900 B over the limit."
    assert check.fix == "The most comes from layer 1 and is hidden by layer 2, 1.0 kB: /etc/motd."
    [check] = checks(image, duplicate_bytes=0)
    assert check.fix == "The most is 20.0 kB of copies of /opt/a."
    [check] = checks(image, stored_bytes=0)
    assert check.fix is not None
    assert "pip-cache (7.0 kB)" in check.fix


def test_reclaimable_is_what_findings_save(image: Analysis) -> None:
    # The copy below /opt is nobody's to take away, and what was overwritten is too little for a finding.
    assert outcome(image, reclaimable_bytes=CACHED)[1:] == (CACHED, CACHED, Status.PASSED)
    assert outcome(image, reclaimable_bytes=CACHED - 1)[1:] == (CACHED - 1, CACHED, Status.FAILED)


def test_pull_time(image: Analysis) -> None:
    # 30,000 B are 240,000 bits.
    settings = Settings(bandwidth_bits_per_second=120_000, budget=Budget(pull_seconds=2))
    gate = judge(image, settings).gate
    assert gate.bandwidth_bits_per_second == 120_000
    assert [(check.id, check.actual, check.status) for check in gate.checks] == [("pull-time", 2, Status.PASSED)]
    slower = replace(settings, bandwidth_bits_per_second=119_999)
    assert judge(image, slower).gate.has_failed


def test_transfer_that_nobody_knows_is_skipped(image: Analysis) -> None:
    unknown = replace(image, transfer=Transfer(None, None, None))
    for limits in ({"transfer_bytes": 1}, {"pull_seconds": 1}):
        [check] = checks(unknown, **limits)
        assert (check.actual, check.status) == (None, Status.SKIPPED)
        assert "not known" in check.reason
    [check] = judge(unknown, Settings(is_strict=True, budget=Budget(transfer_bytes=1))).gate.checks
    assert check.status is Status.FAILED


def test_categories(image: Analysis) -> None:
    assert outcome(image, categories={"pip-cache": CACHED})[1:] == (CACHED, CACHED, Status.PASSED)
    assert outcome(image, categories={"pip-cache": 0}) == ("category:pip-cache", 0, CACHED, Status.FAILED)
    assert outcome(image, categories={"conda-pkgs": 0})[1:] == (0, 0, Status.PASSED)


def test_findings(image: Analysis) -> None:
    error, allowed = FindingLimit(Level.ERROR), FindingLimit(Level.ERROR, CACHED)
    less = FindingLimit(Level.ERROR, CACHED - 1)
    assert outcome(image, findings={"pip-cache": error}) == ("finding:pip-cache", 0, 1, Status.FAILED)
    assert outcome(image, findings={"apt-lists": error}) == ("finding:apt-lists", 0, 0, Status.PASSED)
    assert outcome(image, findings={"pip-cache": allowed})[1:] == (CACHED, CACHED, Status.PASSED)
    assert outcome(image, findings={"pip-cache": less})[1:] == (CACHED - 1, CACHED, Status.FAILED)
    assert checks(image, findings={"pip-cache": FindingLimit(Level.WARN)}) == ()


def test_levels_are_those_of_the_outcome(image: Analysis) -> None:
    findings = {
        "pip-cache": FindingLimit(Level.ERROR),
        "overwritten": FindingLimit(Level.ERROR, 10**9),
        "root-user": FindingLimit(Level.OFF),
    }
    gate = judge(image, Settings(budget=Budget(findings=findings))).gate
    levels = {name: gate.level(name) for name in (*findings, "apt-lists")}
    assert levels == {
        "pip-cache": Level.ERROR,
        "overwritten": Level.WARN,
        "root-user": Level.OFF,
        "apt-lists": Level.WARN,
    }


@pytest.mark.parametrize(
    ("pattern", "actual"),
    [("*.pem", 0), ("/etc/motd", 1), ("opt/", 2), ("**/pip/**", 1), ("motd", 1), ("/motd", 0), ("root", 1)],
)
def test_forbidden_paths(image: Analysis, pattern: str, actual: int) -> None:
    status = Status.FAILED if actual else Status.PASSED
    assert outcome(image, forbidden=(pattern,)) == (f"forbidden:{pattern}", 0, actual, status)


def test_a_forbidden_path_that_is_deleted_later_was_shipped(tmp_path: Path) -> None:
    from tests.images import whiteout

    image = analyzed(tmp_path, [layer(file("k/id.pem", b"key"), file("k/\x1b[1m.pem")), layer(whiteout("k/id.pem"))])
    [check] = checks(image, forbidden=("*.pem",))
    assert (check.actual, check.status) == (2, Status.FAILED)
    assert check.reason == "There is /k/\\x1b[1m.pem (layer 0), /k/id.pem (layer 0, hidden later)."


BEFORE = Figures("main", 40_000, 0, 0, 25_000)
GROWTH = [
    ({"growth_stored": Growth(percent=25)}, 10_000, 10_000, Status.PASSED),
    ({"growth_stored": Growth(percent=24)}, 9_600, 10_000, Status.FAILED),
    ({"growth_stored": Growth(percent=2.9)}, 1_160, 10_000, Status.FAILED),
    ({"growth_stored": Growth(percent=1), "growth_floor_bytes": 10_000}, 10_000, 10_000, Status.PASSED),
    ({"growth_stored": Growth(more_bytes=9_999), "growth_floor_bytes": 10_000}, 9_999, 10_000, Status.FAILED),
    ({"growth_transfer": Growth(percent=20)}, 5_000, 5_000, Status.PASSED),
    ({"growth_transfer": Growth(more_bytes=4_999)}, 4_999, 5_000, Status.FAILED),
]


@pytest.mark.parametrize(("limits", "most", "actual", "status"), GROWTH)
def test_growth(image: Analysis, limits: dict[str, Any], most: int, actual: int, status: Status) -> None:
    assert outcome(image, BEFORE, **limits)[1:] == (most, actual, status)


def test_an_image_that_shrank_passes(image: Analysis) -> None:
    before = replace(BEFORE, stored_bytes=10**9)
    assert outcome(image, before, growth_stored=Growth(percent=0))[2:] == (50_000 - 10**9, Status.PASSED)


def test_growth_without_a_baseline_is_skipped(image: Analysis) -> None:
    [check] = checks(image, "There is no baseline.", growth_stored=Growth(percent=5))
    assert (check.unit, check.limit, check.actual, check.status) == (Unit.PERCENT, 5, None, Status.SKIPPED)
    assert check.reason == "There is no baseline."
    before = replace(BEFORE, transfer_bytes=None)
    assert outcome(image, before, growth_transfer=Growth(percent=5))[3] is Status.SKIPPED


@pytest.fixture(scope="module")
def devel() -> Analysis:
    return layerscope.analyze(str(SAMPLES / "naive-devel.docker.tar"))


@pytest.mark.parametrize(
    ("variants", "status"), [(("cudnn-devel",), Status.PASSED), (("base", "runtime"), Status.FAILED)]
)
def test_variant(devel: Analysis, variants: tuple[str, ...], status: Status) -> None:
    expected = ("variant", " or ".join(variants), "cudnn-devel", status)
    assert outcome(devel, variants=variants) == expected


def test_a_variant_that_nobody_knows_is_skipped(devel: Analysis, image: Analysis) -> None:
    assert image.detected_base is None
    assert outcome(image, variants=("base",)) == ("variant", "base", None, Status.SKIPPED)
    base = devel.detected_base
    assert isinstance(base, DetectedBase)
    without = replace(devel, detected_base=replace(base, variant=None))
    assert outcome(without, variants=("base",)) == ("variant", "base", None, Status.SKIPPED)


def test_a_damaged_image_proves_no_limit_kept(tmp_path: Path) -> None:
    good, bad = layer(file("good", b"g" * 1_000)), layer(file("kept", b"k" * 700), file("lost", b"l" * 700))
    path = tmp_path / "damaged.tar"
    path.write_bytes(docker_archive([good, bad[:1_536] + b"\xff" * 512 + bad[2_048:]], flavour="old"))
    image = layerscope.analyze(str(path))
    assert not image.is_complete
    assert outcome(image, stored_bytes=10**9)[3] is Status.SKIPPED
    assert outcome(image, stored_bytes=1)[3] is Status.FAILED
    assert outcome(image, forbidden=("*.pem",))[3] is Status.SKIPPED
    assert outcome(image, forbidden=("good",))[3] is Status.FAILED
    assert outcome(image, findings={"pip-cache": FindingLimit(Level.ERROR)})[3] is Status.SKIPPED


def test_failed_checks_come_first(image: Analysis) -> None:
    found = checks(image, stored_bytes=10**9, superseded_bytes=0, variants=("base",))
    assert [check.status for check in found] == [Status.FAILED, Status.SKIPPED, Status.PASSED]
