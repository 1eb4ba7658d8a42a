"""`--report FORMAT=PATH`: several in one run, to files and to standard output."""

import json
from pathlib import Path

import pytest

from tests.cli.run import SAMPLES, layerscope

NAIVE = str(SAMPLES / "naive-devel.docker.tar")


def test_several_reports_in_one_run_and_the_text_as_ever(tmp_path: Path) -> None:
    one, two, text = (tmp_path / name for name in ("one.json", "two=.json", "report.txt"))
    plain = layerscope("analyze", NAIVE)
    done = layerscope(
        *("analyze", NAIVE, "--report", f"json={one}", "--report", f"text={text}", "--json", str(two)),
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", plain.stdout)
    assert one.read_bytes() == two.read_bytes()
    assert json.loads(one.read_bytes())["schema_version"] == 1
    assert text.read_bytes() == plain.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.json", "report.txt", "two=.json"]


def test_a_report_on_standard_output_is_the_whole_output() -> None:
    done = layerscope("analyze", NAIVE, "--report", "json=-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == layerscope("analyze", NAIVE, "--json", "-").stdout
    assert json.loads(done.stdout)["complete"] is True


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--report", "jsn=x"), ("no report format 'jsn'", "Did you mean json?")),
        (("--report", "\x1b[31mq=x"), ("no report format '\\\\x1b[31mq'", "There are csv, ")),
        (("--report", "ncdu-layer-99=x"), ("no layer 99", "0 to 18")),
        (("--report", "ncdu-layer-x=x"), ("no report format 'ncdu-layer-x'",)),
        (("--report", "json"), ("'json' is not FORMAT=PATH",)),
        (("--report", "json="), ("is not FORMAT=PATH",)),
        (("--report", "json=-", "--json", "-"), ("cannot both go to standard output",)),
        (("--report", "json=x", "--report", "text=./x"), ("cannot both go to ./x",)),
        (
            ("--report", "text=/nonexistent/report.txt"),
            ("/nonexistent/report.txt cannot be written: there is no folder",),
        ),
        (("--report", f"csv={SAMPLES}"), ("cannot be written",)),
    ],
)
def test_what_makes_no_sense_is_exit_code_2(options: tuple[str, ...], parts: tuple[str, ...], tmp_path: Path) -> None:
    done = layerscope("analyze", NAIVE, *options)
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert all(part in message for part in parts), message
    assert "\x1b" not in message
    assert not list(tmp_path.iterdir())


def test_help_lists_every_format() -> None:
    text = layerscope("analyze", "--help").stdout.decode()
    listed = text.partition("Report formats:\n")[2].partition("\n\n")[0]
    names = [line.split()[0] for line in listed.splitlines()]
    assert names == sorted(names)
    assert {"csv", "json", "ncdu", "ncdu-layer-N", "text"} < set(names)
