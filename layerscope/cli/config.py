"""`layerscope config check` and `layerscope config schema`."""

from pathlib import Path

import click

from layerscope.cli.exit_code import ExitCode
from layerscope.errors import UsageError
from layerscope.units import safe_text

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
CHECK_EPILOG = """\b
Examples:
  layerscope config check
  layerscope config check .layerscope.toml pyproject.toml .dive-ci

\b
Exit codes: 0 nothing is wrong, 2 something is."""
SCHEMA_EPILOG = """\b
Examples:
  layerscope config schema > layerscope.schema.json

\b
Exit codes: 0 done."""


@click.group(context_settings=_SETTINGS)
def config() -> None:
    """Check the configuration file, or print its schema."""


@config.command(epilog=CHECK_EPILOG, context_settings=_SETTINGS)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
def check(paths: tuple[str, ...]) -> int:
    """Say what is wrong with a configuration file, with its line.

    Without a PATH the nearest file is checked, as `layerscope analyze` would find it.
    """
    from layerscope.settings.location import find_config, working_folder

    nearest = find_config(working_folder())
    chosen = [Path(path) for path in paths] or ([nearest] if nearest else [])
    if not chosen:
        hint = "Write .layerscope.toml, or [tool.layerscope] in pyproject.toml; `layerscope budget init` makes one."
        raise UsageError("There is no configuration in this folder or above it.", hint=hint)
    problems = [problem for path in chosen for problem in _problems(path)]
    for problem in problems:
        click.echo(f"layerscope: {problem}", err=True)
    return ExitCode.USAGE if problems else ExitCode.DONE


def _problems(path: Path) -> list[str]:
    """What is wrong with one file; says so where nothing is."""
    from layerscope.settings.dive_ci import read_dive_ci
    from layerscope.settings.file import read_config
    from layerscope.settings.location import DIVE_NAME

    try:
        if path.name == DIVE_NAME:
            read_dive_ci(path)
            problems: list[str] = []
        else:
            _, problems = read_config(path)
    except UsageError as error:
        problems = [str(error)]
    if not problems:
        click.echo(f"{safe_text(str(path))}: ok")
    return problems


@config.command(epilog=SCHEMA_EPILOG, context_settings=_SETTINGS)
def schema() -> int:
    """Print the JSON schema of .layerscope.toml, for editors."""
    import json

    from layerscope.settings.model import json_schema

    click.echo(json.dumps(json_schema(), indent=2, sort_keys=True))
    return ExitCode.DONE
