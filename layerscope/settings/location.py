"""Where a configuration is: in the working folder or above it, up to the root of the repository."""

from pathlib import Path

from layerscope.errors import UsageError

OWN_NAME = ".layerscope.toml"
PROJECT_NAME = "pyproject.toml"
DIVE_NAME = ".dive-ci"


def find_config(start: Path) -> Path | None:
    """The nearest `.layerscope.toml`, or `pyproject.toml` with a `[tool.layerscope]`; the former wins in one folder."""
    for folder in _folders(start):
        if (folder / OWN_NAME).is_file():
            return folder / OWN_NAME
        if _has_section(folder / PROJECT_NAME):
            return folder / PROJECT_NAME
    return None


def find_dive_ci(start: Path) -> Path | None:
    """The nearest `.dive-ci`."""
    return next((folder / DIVE_NAME for folder in _folders(start) if (folder / DIVE_NAME).is_file()), None)


def working_folder() -> Path:
    """The working folder; raises UsageError where it was removed."""
    try:
        return Path.cwd()
    except OSError as error:
        hint = "Change to another one, or give --no-config."
        raise UsageError("The working folder is not there any more.", hint=hint) from error


def _folders(start: Path) -> list[Path]:
    """A folder of a repository and those above it; outside of one only itself, for others may write above it."""
    above = [start, *start.parents]
    roots = (number for number, folder in enumerate(above) if (folder / ".git").exists())
    return above[: next(roots, 0) + 1]


def _has_section(path: Path) -> bool:
    """Whether a project's file has our section; one that cannot be read is for its other tools to complain about."""
    try:
        text = path.read_text("utf-8")
        if "layerscope" not in text:
            return False
        import tomllib

        tools = tomllib.loads(text).get("tool")
        return isinstance(tools, dict) and "layerscope" in tools
    except (OSError, ValueError, RecursionError):
        return False
