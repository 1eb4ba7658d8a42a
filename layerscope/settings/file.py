"""A configuration file: read, checked key by key, and turned into Settings."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerscope.base_image.detected import OwnBase
from layerscope.blob.allowance import RATIO_LIMIT
from layerscope.checks.gate import DEFAULT_BANDWIDTH_BITS_PER_SECOND
from layerscope.errors import UsageError
from layerscope.findings.purpose import Purpose
from layerscope.settings.budget import Budget
from layerscope.settings.lines import Place, line_mark
from layerscope.settings.location import PROJECT_NAME
from layerscope.settings.settings import Settings
from layerscope.settings.text import did_you_mean, read_text
from layerscope.units import safe_text

if TYPE_CHECKING:
    from pydantic import ValidationError

    from layerscope.settings.model import ConfigModel

_SECTION = "tool.layerscope"


def read_settings(path: Path) -> Settings:
    """The settings of a file; raises UsageError with the first thing that is wrong."""
    config, problems = read_config(path)
    if config is None:
        more = f"There are {len(problems) - 1} more; `layerscope config check` lists all." if problems[1:] else ""
        raise UsageError(problems[0], hint=more)
    return _settings(path, config)


def read_config(path: Path) -> "tuple[ConfigModel | None, list[str]]":
    """What stands in a file, or all that is wrong with it; raises UsageError where it cannot be read at all."""
    from pydantic import ValidationError

    from layerscope.settings.model import ConfigModel

    text = read_text(path)
    try:
        content: Any = tomllib.loads(text)
        if path.name == PROJECT_NAME:
            content = content.get("tool", {}).get("layerscope", {})
    except (tomllib.TOMLDecodeError, RecursionError, AttributeError) as error:
        return None, [f"{safe_text(str(path))} is not valid TOML: {_cause(error)}."]
    try:
        config = ConfigModel.model_validate(content)
        problems = list(_unknown_names(config))
    except ValidationError as error:
        problems = list(_problems(error))
    section = _SECTION if path.name == PROJECT_NAME else ""
    told = [f"{safe_text(str(path))}{line_mark(text, section, place)}: {problem}" for place, problem in problems]
    return (None, told) if told else (config, [])


def _cause(error: Exception) -> str:
    return safe_text(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "it is not a table of tables"


def _problems(error: "ValidationError") -> Iterator[tuple[Place, str]]:
    """What pydantic found, in our words."""
    from layerscope.settings.model import ConfigModel

    for item in error.errors(include_url=False, include_input=False):
        place, kind = tuple(item["loc"]), item["type"]
        key = safe_text(".".join(map(str, place))) or "the settings"
        if kind == "extra_forbidden":
            known = [field.alias or name for name, field in _fields(ConfigModel, place[:-1]).items()]
            yield place, f"there is no key {key}.{did_you_mean(str(place[-1]), known)}"
        elif kind == "missing":
            yield place[:-1], f"{key} is missing."
        else:
            yield place, f"{key}: {item['msg'].removeprefix('Value error, ')}."


def _fields(model: Any, place: Place) -> Mapping[str, Any]:
    """The keys of the part of the model at a place."""
    for part in place:
        if isinstance(part, str):
            field = next(item for name, item in model.model_fields.items() if (item.alias or name) == part)
            model = next((inner for inner in getattr(field.annotation, "__args__", ())), field.annotation)
    fields: Mapping[str, Any] = model.model_fields
    return fields


def _unknown_names(config: "ConfigModel") -> Iterator[tuple[Place, str]]:
    from layerscope.settings.model import names_by_section

    for section, known in names_by_section().items():
        for name in config.findings if section == "findings" else config.budget.categories:
            if name not in known:
                what = "finding" if section == "findings" else "category"
                yield (*section.split("."), name), f"there is no {what} {safe_text(name)}.{did_you_mean(name, known)}"


def _settings(path: Path, config: "ConfigModel") -> Settings:
    limits = config.budget
    return Settings(
        Purpose(config.purpose or "prod"),
        config.platform,
        config.pull or "missing",
        config.bandwidth or DEFAULT_BANDWIDTH_BITS_PER_SECOND,
        path.parent / config.baseline if config.baseline else None,
        config.strict,
        config.dive_ci if config.dive_ci is None or config.dive_ci is False else path.parent / config.dive_ci,
        Budget(
            limits.stored,
            limits.transfer,
            limits.superseded,
            limits.duplicate,
            limits.reclaimable,
            limits.pull_time,
            limits.growth.stored,
            limits.growth.transfer,
            limits.growth.floor,
            limits.variant,
            limits.forbidden,
            limits.categories,
            config.findings,
        ),
        tuple(
            OwnBase(item.name, item.variant, item.parent, tuple(item.packages), tuple(item.layers))
            for item in config.bases
        ),
        config.max_unpacked,
        config.max_ratio or RATIO_LIMIT,
    )
