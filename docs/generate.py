"""Writes what is generated from the code: schemas, the rules' and categories' pages, help texts, examples of reports.

`python docs/generate.py` after a change; a test fails while one of them is out of step.
"""

import io
import json
import os
import re
from pathlib import Path

import click
from rich.console import Console

import layerscope
from layerscope.__about__ import __version__
from layerscope.budget.judge import judge
from layerscope.checks.gate import Level
from layerscope.cli.main import cli
from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Group
from layerscope.findings.rules import all_rules
from layerscope.report.console import print_report
from layerscope.report.diff.document import diff_json_schema
from layerscope.report.document import json_schema
from layerscope.report.formats import find_format
from layerscope.report.many.document import images_json_schema
from layerscope.report.outline.document import quick_json_schema
from layerscope.report.rules import explain_category, explain_rule
from layerscope.settings.budget import Budget, FindingLimit
from layerscope.settings.model import json_schema as config_schema
from layerscope.settings.model import key_rows
from layerscope.settings.settings import Settings

ROOT = Path(__file__).parents[1]
HELP_COLUMNS = 100
SAMPLE = "sample_images/naive-devel.docker.tar"
SAMPLE_COLUMNS = 110
SAMPLE_DOCKERFILE = "sample_images/dockerfiles/naive-devel.Dockerfile"
EXAMPLES = {
    "csv": "entries.csv",
    "csv-categories": "categories.csv",
    "csv-findings": "findings.csv",
    "csv-layers": "layers.csv",
    "csv-packages": "packages.csv",
    "cyclonedx": "packages.cdx.json",
    "github": "github.txt",
    "gitlab": "gl-code-quality-report.json",
    "html": "report.html",
    "json": "report.json",
    "junit": "junit.xml",
    "md": "report.md",
    "ncdu": "live.ncdu.json",
    "ncdu-layer-13": "layer-13.ncdu.json",
    "ncdu-waste": "waste.ncdu.json",
    "patch": "plan.patch",
    "sarif": "report.sarif",
}
# As the command has it that docs/reports.md shows.
EXAMPLE_SETTINGS = Settings(
    budget=Budget(
        stored_bytes=300_000, transfer_bytes=1_000_000, findings={"pip-cache": FindingLimit(Level.ERROR)}, dive=None
    )
)
EXCERPT_COLUMNS = 200
CATEGORIES_INTRODUCTION = """# Categories

Every entry of every layer has exactly one category. A claim by path beats a claim by owner; of several claims of one
kind the first on this page wins. This page is generated from `layerscope/detectors/`.
"""
FINDINGS_INTRODUCTION = """# Findings

A finding says what is wrong with an image and what to do about it. What it promises (`reclaimable_bytes`) is what a
rebuild with the fix no longer has; no byte is promised twice, and none that a hard link elsewhere keeps. What only
another base image can spare says so. This page is generated from `layerscope/findings/rules/`.
"""


def generated() -> dict[Path, str]:
    """Every generated file and what has to be in it."""
    schema, diff_schema, images_schema, quick_schema, settings_schema = (
        json.dumps(made, indent=2, sort_keys=True) + "\n"
        for made in (json_schema(), diff_json_schema(), images_json_schema(), quick_json_schema(), config_schema())
    )
    return {
        ROOT / "layerscope/report/schema-1.json": schema,
        ROOT / "layerscope/report/diff/diff-schema-1.json": diff_schema,
        ROOT / "layerscope/report/many/images-schema-1.json": images_schema,
        ROOT / "layerscope/report/outline/quick-schema-1.json": quick_schema,
        # Those of older versions stay as they are.
        ROOT / f"docs/schemas/report-{__version__}.json": schema,
        ROOT / f"docs/schemas/diff-{__version__}.json": diff_schema,
        ROOT / f"docs/schemas/images-{__version__}.json": images_schema,
        ROOT / f"docs/schemas/quick-{__version__}.json": quick_schema,
        ROOT / "layerscope/settings/config-schema-1.json": settings_schema,
        ROOT / "docs/categories.md": categories_page(),
        ROOT / "docs/findings.md": findings_page(),
        ROOT / "README.md": readme((ROOT / "README.md").read_text()),
        ROOT / "docs/cli.md": cli_page((ROOT / "docs/cli.md").read_text()),
        ROOT / "docs/reports.md": reports_page((ROOT / "docs/reports.md").read_text(), made := examples()),
        **{ROOT / "docs/examples" / EXAMPLES[name]: content for name, content in made.items()},
        ROOT / "docs/configuration.md": configuration_page((ROOT / "docs/configuration.md").read_text()),
    }


def examples() -> dict[str, str]:
    """A report of the sample in each format, by the format's name."""
    os.chdir(ROOT)
    analysis = judge(layerscope.analyze(SAMPLE, dockerfile=SAMPLE_DOCKERFILE), EXAMPLE_SETTINGS)
    return {name: b"".join(find_format(name).render(analysis)).decode() for name in EXAMPLES}


def reports_page(page: str, made: dict[str, str]) -> str:
    """The page with the lines of examples that its markers ask for, as `<!-- example: csv 1-5 -->`."""
    for marker, name, first, last in re.findall(r"(<!-- example: (\S+) (\d+)-(\d+) -->)", page):
        lines = made[name].splitlines()[int(first) - 1 : int(last)]
        shown = [line if len(line) <= EXCERPT_COLUMNS else f"{line[:EXCERPT_COLUMNS]}…" for line in lines]
        page = _replace(marker, "\n".join([marker, "```text", *shown, "```", "<!-- end -->"]), page)
    return page


def categories_page() -> str:
    """One section for each category, in order of precedence."""
    parts = [CATEGORIES_INTRODUCTION]
    for group in Group:
        sections = ["\n".join(["", *explain_category(item), ""]) for item in all_detectors() if item.group is group]
        if sections:
            parts += [f"\n## {group.value}\n", *sections]
    return "".join(parts)


def findings_page() -> str:
    """One section for each rule, by id."""
    rules = sorted(all_rules(), key=lambda rule: rule.id)
    return FINDINGS_INTRODUCTION + "".join("\n".join(["", *explain_rule(rule), ""]) for rule in rules)


def cli_page(page: str) -> str:
    """The page with each marked block replaced by the command's own help."""
    for name, command in (
        ("layerscope", cli),
        ("layerscope analyze", cli.commands["analyze"]),
        ("layerscope completion", cli.commands["completion"]),
        ("layerscope diff", cli.commands["diff"]),
        ("layerscope render", cli.commands["render"]),
        ("layerscope rules", cli.commands["rules"]),
        ("layerscope config check", subcommand("config", "check")),
        ("layerscope config schema", subcommand("config", "schema")),
        ("layerscope budget init", subcommand("budget", "init")),
        ("layerscope tui", cli.commands["tui"]),
    ):
        settings = {**command.context_settings, "max_content_width": HELP_COLUMNS, "terminal_width": HELP_COLUMNS}
        context = click.Context(command, info_name=name, **settings)
        block = f"<!-- help: {name} -->\n```text\n{command.get_help(context)}\n```\n<!-- end -->"
        page = _replace(f"<!-- help: {name} -->", block, page)
    return page


def subcommand(group: str, name: str) -> click.Command:
    """A command of a group."""
    found = cli.commands[group]
    assert isinstance(found, click.Group)
    return found.commands[name]


def configuration_page(page: str) -> str:
    """The page with the table of all keys in it."""
    rows = "\n".join(f"| `{key}` | `{json.dumps(example)}` | {text} |" for key, example, text in key_rows())
    block = f"<!-- keys -->\n| key | for example | meaning |\n| --- | --- | --- |\n{rows}\n<!-- end -->"
    return _replace("<!-- keys -->", block, page)


def readme(page: str) -> str:
    """The page with the report of a sample in it."""
    output = io.StringIO()
    console = Console(file=output, width=SAMPLE_COLUMNS, color_system=None)
    os.chdir(ROOT)
    print_report(layerscope.analyze(SAMPLE), console)
    lines = "\n".join(line.rstrip() for line in output.getvalue().splitlines())
    block = f"<!-- sample -->\n```text\n{lines}\n```\n<!-- end -->"
    return _replace("<!-- sample -->", block, page)


def _replace(marker: str, block: str, page: str) -> str:
    """Put a block in place of what stands between its marker and the next end."""
    before, found, rest = page.partition(marker)
    if not found:
        raise ValueError(f"a page has no {marker}")
    return before + block + rest.partition("<!-- end -->")[2]


def main() -> None:
    """Write all of them."""
    for path, content in generated().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)


if __name__ == "__main__":
    main()
