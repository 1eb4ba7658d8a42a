"""The settings that apply in a folder: a named file or the nearest one, and the nearest `.dive-ci`."""

from pathlib import Path

from msgspec.structs import replace

from layerscope.settings.location import find_config, find_dive_ci
from layerscope.settings.settings import Settings


def nearest_settings(folder: Path, config: Path | None = None) -> Settings:
    """Read the file given, else the nearest; raises UsageError for a file that is wrong."""
    path = config or find_config(folder)
    settings = Settings()
    if path is not None:
        from layerscope.settings.file import read_settings

        settings = read_settings(path)
    dive_ci = find_dive_ci(folder) if settings.dive_ci is None else settings.dive_ci
    if not dive_ci:
        return settings
    from layerscope.settings.dive_ci import read_dive_ci

    return replace(settings, budget=replace(settings.budget, dive=read_dive_ci(dive_ci)))
