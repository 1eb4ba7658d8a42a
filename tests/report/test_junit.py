"""JUnit XML, read back by junitparser."""

from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

import layerscope
from layerscope.report.junit import render_junit
from tests.images import file
from tests.report.gates import gated
from tests.report.images import analysis_of, hostile_image

CACHE = file("root/.cache/pip/http/x", b"p" * 300_000)


def suites_of(analysis: layerscope.Analysis) -> dict[str, list[TestCase]]:
    """The cases of each suite; the counts are those of the cases."""
    xml = JUnitXml.fromstring(render_junit(analysis))
    suites = {suite.name: list(suite) for suite in xml}
    for suite in xml:
        results = [type(case.result[0]) for case in suite if case.result]
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
            len(list(suite)),
            results.count(Failure),
            results.count(Error),
            results.count(Skipped),
        )
    assert xml.tests == sum(len(cases) for cases in suites.values())
    assert xml.failures == sum(suite.failures for suite in xml)
    return suites


def test_checks_fail_pass_and_are_skipped(tmp_path: Path) -> None:
    suites = suites_of(gated(analysis_of(tmp_path, [CACHE])))
    cases = {case.name: case for case in suites["layerscope.checks"]}
    assert list(cases) == ["max-stored", "finding:pip-cache", "growth:stored", "max-transfer"]
    [failure] = cases["max-stored"].result
    assert (failure.message, failure.text) == (
        "The image is too large.",
        "max-stored (limit 1.0 kB): The image is too large. See `pip-cache`, 100 %.",
    )
    assert [type(result) for result in cases["growth:stored"].result] == [Skipped]
    assert cases["max-transfer"].is_passed


def test_an_error_is_a_failure_and_a_warning_is_skipped(tmp_path: Path) -> None:
    cases = {case.name: case for case in suites_of(gated(analysis_of(tmp_path, [CACHE])))["layerscope.findings"]}
    [failure] = cases["pip-cache"].result
    assert isinstance(failure, Failure)
    assert "/root/.cache/pip/http/x" in failure.text
    assert "Layer 0: layer 0" in failure.text
    [skipped] = cases["root-user"].result
    assert isinstance(skipped, Skipped)
    assert skipped.message.startswith("warning: the container runs as root.")
    assert cases["root-user"].system_out


def test_hostile_names_are_text(tmp_path: Path) -> None:
    analysis = hostile_image(tmp_path)
    cases = suites_of(analysis)["layerscope.findings"]
    [cache] = [case for case in cases if case.name == "pip-cache"]
    assert "/root/.cache/pip/http/" + "x" * 250 in cache.system_out
    assert "/root/.cache/pip/http/\"quote\", 's' & co; \\" in cache.system_out
    assert all(line.isprintable() for case in cases for line in (case.system_out or "").split("\n"))


def test_a_damaged_image_is_an_error(tmp_path: Path) -> None:
    analysis_of(tmp_path, [CACHE, file("f", b"1" * 5_000)])
    path = tmp_path / "image.tar"
    content = bytearray(path.read_bytes())
    at = content.index(b"1" * 5_000) - 512
    content[at : at + 100] = b"\xff" * 100
    path.write_bytes(content)
    [case] = suites_of(layerscope.analyze(str(path)))["layerscope.checks"]
    assert case.name == "complete"
    assert [type(result) for result in case.result] == [Error]
