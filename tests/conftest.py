"""What the markers `browser`, `engine` and `large` mean, the profiles of hypothesis, and who runs which test."""

import gc
import os
import shutil
import signal
import warnings
from collections.abc import Generator
from functools import cache
from typing import TYPE_CHECKING

import docker
import pytest
from docker.errors import DockerException
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from tests.tables.lazy import Converter

ENGINE_IS_REQUIRED = os.environ.get("LAYERSCOPE_REQUIRE_ENGINE") == "1"
LARGE_IS_WANTED = os.environ.get("LAYERSCOPE_LARGE") == "1"
ENGINE_TIMEOUT_S = 5
ENGINE_ROOM = "tests/engine/"
LONG_ROOMS = (ENGINE_ROOM, "tests/cli/", "tests/integrations/", "tests/report/", "tests/tui/", "")

# No test shall find what another one has read, or fill the cache of whoever runs it; those of the cache set these anew.
os.environ["LAYERSCOPE_NO_CACHE"] = "1"
# Reports are as wide as this says; where several processes run the tests, they are told something.
os.environ.pop("COLUMNS", None)
# A shell lets what it starts in the background ignore interrupts, and all that this starts in turn.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the large tests out, unless they are asked for, and begin with the rooms that take long."""
    items.sort(key=lambda item: [item.nodeid.startswith(room) for room in LONG_ROOMS].index(True))
    if LARGE_IS_WANTED or "large" in config.option.markexpr:
        return
    large = [item for item in items if item.get_closest_marker("large")]
    if large:
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if not item.get_closest_marker("large")]


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no annotations
    """Where several processes run the tests, one of them runs all of a file, and one all that build in the engine."""

    def _split_scope(self, nodeid: str) -> str:
        """Name what has to be run by one process: together its tests make an image or a page only once."""
        return ENGINE_ROOM if nodeid.startswith(ENGINE_ROOM) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Hand out what takes long first, so that no process has to wait for another one in the end."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs an engine or a browser where there is none."""
    if item.get_closest_marker("engine") and (problem := engine_problem()):
        pytest.skip(problem)
    if item.get_closest_marker("browser") and (problem := browser_problem()):
        pytest.skip(problem)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where an engine is required, let no skip of a test that needs it or a browser pass as success."""
    report = yield
    expected_failure = hasattr(report, "wasxfail")
    is_marked = item.get_closest_marker("engine") or item.get_closest_marker("browser")
    if ENGINE_IS_REQUIRED and report.skipped and not expected_failure and is_marked:
        fail_the_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module skipped as a whole: nobody can say which of its tests need the engine."""
    report = yield
    if ENGINE_IS_REQUIRED and report.skipped:
        fail_the_skip(report)
    return report


@pytest.fixture(scope="session")
def estargz(tmp_path_factory: pytest.TempPathFactory) -> "Converter":
    """Return what converts a layer into eStargz; it is built once."""
    from tests.tables.lazy import build_converter

    return build_converter(tmp_path_factory.mktemp("estargz"))


def fail_the_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn the report of a skip into one of a failure that gives the skip's reason."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"LAYERSCOPE_REQUIRE_ENGINE=1 allows no skip here. {reason}"


def browser_problem() -> str | None:
    """Say why no browser can be started, or None."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


@cache
def engine_problem() -> str | None:
    """Say why no Docker Engine can be used, or None where one answers; asked once a run."""
    with warnings.catch_warnings():
        # docker leaves its socket open where nobody listens; collect that here and not in some test.
        warnings.simplefilter("ignore", ResourceWarning)
        problem = ping_engine()
        gc.collect()
    return problem


def ping_engine() -> str | None:
    """Ask the engine that the environment names for a sign of life."""
    try:
        client = docker.from_env(timeout=ENGINE_TIMEOUT_S)
    except DockerException as error:
        return f"no Docker Engine: {error}"
    try:
        client.ping()
    except (DockerException, OSError) as error:
        return f"the Docker Engine does not answer: {error}"
    finally:
        client.close()
    return None
