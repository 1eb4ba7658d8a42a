"""`layerscope rules` from outside, and what `--purpose` leaves out."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from layerscope.cli.rules import rules
from tests.cli.run import layerscope
from tests.images import docker_archive, file, layer

ROOT = Path(__file__).parents[2]
SITE = "usr/local/lib/python3.12/site-packages"


def ids_in(*folders: str) -> set[str]:
    """The ids that the source files of rules or categories give, read as text."""
    texts = [path.read_text() for folder in folders for path in (ROOT / folder).glob("*.py")]
    return {found for text in texts for found in re.findall(r'^    id="([^"]+)",$', text, re.MULTILINE)}


FINDINGS, CATEGORIES = ids_in("layerscope/findings/rules"), ids_in("layerscope/detectors")


def test_lists_every_rule_and_every_category_once() -> None:
    done = layerscope("rules")
    lines = [line.split(maxsplit=2) for line in done.stdout.decode().splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    listed = [(kind, name) for kind, name, _ in lines]
    assert len(listed) == len(set(listed))
    assert {name for kind, name in listed if kind == "finding"} == FINDINGS
    assert {name for kind, name in listed if kind == "category"} == CATEGORIES
    assert len(FINDINGS) > 40
    assert len(CATEGORIES) > 40
    assert all(title for _, _, title in lines)


@pytest.mark.parametrize("name", sorted(FINDINGS | CATEGORIES))
def test_explains_each(name: str) -> None:
    done = CliRunner().invoke(rules, [name], standalone_mode=False)
    assert done.exception is None
    assert done.return_value == 0
    headings = re.findall(r"^### `(.+)`: .+$", done.output, re.MULTILINE)
    assert headings == [name] * ((name in FINDINGS) + (name in CATEGORIES))
    assert done.output.count("*What to do:* ") == (name in FINDINGS)
    assert done.output.count("*Confidence:* ") == (name in FINDINGS)
    assert done.output.count("*To spare it:* ") == (name in CATEGORIES)
    assert done.output.count("*Claims:* ") == (name in CATEGORIES)
    assert done.output.count("```") % 2 == 0


def test_one_from_outside() -> None:
    done = layerscope("rules", "pip-cache")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"### `pip-cache`: " in done.stdout
    assert b"--no-cache-dir" in done.stdout


@pytest.mark.parametrize(
    ("wrong", "meant"), [("pip-cach", "pip-cache"), ("baked-model", "baked-in-model"), ("cuda_static", "cuda-static")]
)
def test_an_unknown_id_is_exit_code_2_with_a_hint(wrong: str, meant: str) -> None:
    done = layerscope("rules", wrong)
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"There is no rule '{wrong}'." in message
    assert meant in message.partition("Did you mean ")[2].partition("?")[0].split(", ")
    assert "Traceback" not in message


def test_an_id_that_is_like_no_other_has_no_hint() -> None:
    done = layerscope("rules", "qqqqqqqq")
    assert done.returncode == 2
    assert b"Did you mean" not in done.stderr
    assert b"`layerscope rules` lists all" in done.stderr


def test_a_hostile_id_reaches_no_terminal_as_it_is() -> None:
    done = layerscope("rules", "\x1b]0;title\x07")
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr
    assert b"\x07" not in done.stderr


@pytest.mark.parametrize(("purpose", "expected"), [("prod", True), ("dev", False), ("ci", False)])
def test_pytest_is_a_finding_in_production_only(tmp_path: Path, purpose: str, *, expected: bool) -> None:
    items = [
        file(f"{SITE}/pytest-8.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: pytest\nVersion: 8.0\n\n"),
        file(f"{SITE}/pytest-8.0.dist-info/RECORD", b"_pytest/main.py,,\n"),
        file(f"{SITE}/_pytest/main.py", b"#" * 50_000),
        file("root/.cache/pip/http-v2/a/b", b"c" * 60_000),
    ]
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive([layer(*items)], flavour="old"))
    report = json.loads(layerscope(str(path), "--purpose", purpose, "--json", "-", "-q").stdout)
    found = {finding["id"]: finding for finding in report["findings"]}
    assert report["purpose"] == purpose
    assert "pip-cache" in found
    assert ("python-dev-tool" in found) is expected
    assert not expected or f"/{SITE}/_pytest/main.py" in found["python-dev-tool"]["paths"]
