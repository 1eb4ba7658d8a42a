"""GitHub's annotations, read as its runner reads workflow commands."""

import re
from pathlib import Path

import layerscope
from layerscope.report.github import render_github
from tests.images import file
from tests.report.gates import gated
from tests.report.images import analysis_of, hostile_image

SAMPLES = Path(__file__).parents[2] / "sample_images"


def unescaped(text: str, *more: tuple[str, str]) -> str:
    """What the runner makes of a value: each escape once, the percent sign last."""
    for escape, meant in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(escape, meant)
    return text


def commands_of(content: bytes) -> tuple[list[tuple[str, dict[str, str], str]], list[str]]:
    """The commands of a log, as kind, properties and message; and its other lines."""
    commands, others = [], []
    for line in re.split(r"\r\n|\r|\n", content.decode("utf-8"))[:-1]:
        match = re.match(r"\s*::(\w+) (.*?)::(.*)$", line)
        if match is None:
            others.append(line)
            continue
        pairs = [item.partition("=") for item in match[2].split(",")]
        properties = {name: unescaped(value, ("%3A", ":"), ("%2C", ",")) for name, _, value in pairs}
        commands.append((match[1], properties, unescaped(match[3])))
    return commands, others


def test_ten_at_most_the_worst_first() -> None:
    analysis = layerscope.analyze(str(SAMPLES / "naive-devel.docker.tar"))
    commands, others = commands_of(render_github(analysis))
    assert len(commands) == 10
    assert others == [f"layerscope: {len(analysis.findings) - 10} more are in the report"]
    kind, properties, message = commands[0]
    assert (kind, properties) == (
        "warning",
        {"file": "Dockerfile", "line": "1", "title": "pip's cache is in the image"},
    )
    assert message.startswith("pip's cache is in the image. 47.7 kB can go, in layer 13.")


def test_errors_come_first_and_survive_escaping(tmp_path: Path) -> None:
    analysis = gated(analysis_of(tmp_path, [file("root/.cache/pip/http/x", b"p" * 300_000)]))
    commands, _ = commands_of(render_github(analysis))
    assert [(kind, properties["title"]) for kind, properties, _ in commands[:2]] == [
        ("error", "check max-stored failed"),
        ("error", "pip's cache is in the image"),
    ]
    assert commands[0][2].endswith("See `pip-cache`, 100 %.")
    assert {kind for kind, _, _ in commands[2:]} == {"warning"}


def test_no_name_begins_a_command_of_its_own(tmp_path: Path) -> None:
    commands, others = commands_of(render_github(hostile_image(tmp_path)))
    assert all(kind == "warning" and set(properties) == {"file", "line", "title"} for kind, properties, _ in commands)
    assert all(text.isprintable() for _, properties, message in commands for text in (*properties.values(), message))
    assert [line for line in others if not line.startswith("layerscope: ")] == []


def test_nothing_found_is_nothing_said(tmp_path: Path) -> None:
    image = analysis_of(tmp_path, [file("app", b"x")], user="1000", healthcheck={"Test": ["CMD", "true"]})
    found = [finding.rule.id for finding in image.findings]
    assert len(commands_of(render_github(image))[0]) == len(found)
