"""A Dockerfile of one stage split in two: one that compiles on today's base, and one that gets the result."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from layerscope.dockerfile.commands import commands_of
from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import Edit, apply_edits, unified_diff
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.base import BaseSwitch, lines_behind_from
from layerscope.dockerfile.patches.copies import target_of
from layerscope.dockerfile.patches.options import installs_of
from layerscope.dockerfile.patches.site import MAKES_FILES, Refusal, Site
from layerscope.dockerfile.stages import Stage, read_stages

_STAGE = "build"
_PATH = re.compile(r"/[\w./@+-]+$")
# What compiles, installs, fetches and unpacks; the results lie in the folders that are copied, or are not wanted.
_KNOWN_PROGRAMS = re.compile(
    r"(?:apt(?:-get|-mark)?|pip[\d.]*|python[\d.]*|uv|conda|mamba|cmake|make|ninja|nvcc|gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?"
    r"|git|cd|mkdir|rm|cp|mv|export|set|echo|true|test|\[|curl|wget|tar|unzip|cargo|poetry)$"
)
# Packages that only serve a build; others are installed again.
_FOR_BUILDS = re.compile(
    r"(?:build-essential|gcc|g\+\+|clang|make|cmake|ninja-build|git|pkg-config|curl|wget|unzip|ccache|.*-dev(?:-.*)?"
    r"|cuda-(?:nvcc|compiler|toolkit|minimal-build).*)(?:[-=]\S+)?$"
)
_NEEDED_BY_OTHERS = frozenset(("ARG", "ENV", "WORKDIR", "SHELL"))
_NAME_CHARACTERS = 100
_ROOT = frozenset(("", "root", "0", "root:root", "0:0"))


class TwoStages(Struct, frozen=True):
    """The new text, its difference to the old one, and the packages that its last stage installs."""

    text: str
    diff: str
    packages: tuple[str, ...]


def split_in_two(
    dockerfile: Dockerfile, run: BaseSwitch, folders: Sequence[str], *, name: str = "Dockerfile"
) -> TwoStages | Refusal:
    """Everything that makes files stays on today's base; a new last stage begins with `run` and copies `folders`.

    Behind the last instruction that makes files the Dockerfile stays as it is; settings from above are said again.
    Refused where a result might lie elsewhere than in the folders.
    """
    stages = read_stages(dockerfile)
    if len(stages) != 1:
        return Refusal("the Dockerfile has several stages already")
    body = stages[0].body
    making = [item for item in body if item.keyword in MAKES_FILES]
    site = Site(dockerfile, body, making[-1]) if making else None
    if site is None:
        return Refusal("the Dockerfile makes no files")
    reason = _why_not(site, making, folders)
    if reason:
        return Refusal(reason)
    packages = tuple(dict.fromkeys([*run.packages, *_packages_to_keep(making)]))
    final = BaseSwitch(run.reference, packages, run.environment)
    text = apply_edits(dockerfile, _edits(dockerfile, stages[0], making[-1], final, folders))
    return TwoStages(text, unified_diff(name, dockerfile.text, text), packages)


def _edits(
    dockerfile: Dockerfile, stage: Stage, last: Instruction, final: BaseSwitch, folders: Sequence[str]
) -> list[Edit]:
    new = dockerfile.newline
    above = [item for item in stage.body if item.number < last.number and item.keyword not in MAKES_FILES]
    # Copies stand before USER, so that they need no rights.
    settings = [item.source.rstrip("\r\n") for item in above if item.keyword in _NEEDED_BY_OTHERS]
    others = [item.source.rstrip("\r\n") for item in above if item.keyword not in _NEEDED_BY_OTHERS]
    copies = [f"COPY --from={stage.name or _STAGE} {folder} {folder}" for folder in folders]
    lines = ["", f"FROM {final.reference}", *lines_behind_from(dockerfile, final), *settings, *copies, *others]
    text = "".join(line + new for line in lines)
    if not last.source.endswith("\n"):
        text = new + text.removesuffix(new)
    edits = [Edit(last.end, last.end, text)]
    if stage.name is None:
        place = stage.start.place_behind(stage.reference.end)
        edits.append(Edit(place, place, f" AS {_STAGE}"))
    return edits


def _why_not(site: Site, making: Sequence[Instruction], folders: Sequence[str]) -> str | None:
    if not folders or not all(_PATH.match(folder) for folder in folders):
        return "no folders are known to hold the result"
    if any(item.keyword == "ONBUILD" for item in site.chain):
        return "ONBUILD would be of the wrong stage"
    user = next((item for item in site.chain if item.keyword == "USER" and item.arguments not in _ROOT), None)
    if user is not None and not re.match(r"\d+(?::\d+)?$", user.arguments):
        return f"the user on line {user.span.first} would not be there in the last stage"
    return next((reason for item in making if (reason := _why_not_split(site, item, folders))), None)


def _why_not_split(site: Site, item: Instruction, folders: Sequence[str]) -> str | None:
    """What an instruction may leave outside of the folders."""
    line = item.span.first
    if item.keyword != "RUN":
        target = target_of(site, item)
        inside = target is not None and any(_is_in(target, folder) for folder in folders)
        return None if inside else f"what line {line} copies is not in the folders that are known"
    commands = commands_of(item)
    odd = next((command for command in commands if not _KNOWN_PROGRAMS.match(command.program)), None)
    if not commands or odd is not None:
        return f"it is not certain where line {line} leaves its results"
    return None


def _is_in(path: str, folder: str) -> bool:
    folder = posixpath.normpath(folder)
    return path == folder or path.startswith(f"{folder}/")


def _packages_to_keep(making: Sequence[Instruction]) -> Iterator[str]:
    """System packages that were installed and serve more than the build."""
    for item in making:
        for _, install in installs_of(item, "apt"):
            yield from (name for name in install.packages if not _FOR_BUILDS.match(name[:_NAME_CHARACTERS]))
