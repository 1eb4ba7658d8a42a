"""Options of installing commands: keep no cache, take nothing that is only recommended."""

import re
from collections.abc import Iterator

from msgspec import Struct

from layerscope.dockerfile.commands import Command, commands_of
from layerscope.dockerfile.edits import Edit
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.site import Change, Refusal, Site
from layerscope.findings.installs import Install, read_install

_ASKS_NOTHING = re.compile(r"-[a-z]{0,8}y[a-z]{0,8}$|--yes$|--assume-yes$")


class _Option(Struct, frozen=True):
    """An option for one tool's verbs; `variable` is what does the same from outside."""

    text: str
    programs: re.Pattern[str]
    verbs: tuple[str, ...]
    same: tuple[str, ...] = ()
    variable: str | None = None


_NO_PIP_CACHE = _Option(
    "--no-cache-dir", re.compile(r"(?:pip|python|pypy)[\d.]*$"), ("install",), variable="PIP_NO_CACHE_DIR"
)
_NO_RECOMMENDS = _Option(
    "--no-install-recommends", re.compile(r"apt(?:-get)?$"), ("install",), ("--without-recommends", "-R")
)
_NO_APK_CACHE = _Option("--no-cache", re.compile(r"apk$"), ("add",))
_NO_UV_CACHE = _Option("--no-cache", re.compile(r"uv$"), ("install", "sync"), ("-n",), variable="UV_NO_CACHE")


def keep_no_pip_cache(site: Site) -> Change:
    """`--no-cache-dir` for every `pip install`."""
    return _add(site, _NO_PIP_CACHE)


def install_nothing_recommended(site: Site) -> Change:
    """`--no-install-recommends` for every `apt-get install`."""
    return _add(site, _NO_RECOMMENDS)


def keep_no_apk_cache(site: Site) -> Change:
    """`--no-cache` for every `apk add`."""
    return _add(site, _NO_APK_CACHE)


def keep_no_uv_cache(site: Site) -> Change:
    """`--no-cache` for every `uv sync` and `uv pip install`."""
    return _add(site, _NO_UV_CACHE)


def installs_of(item: Instruction, tool: str) -> Iterator[tuple[Command, Install]]:
    """The commands of a RUN that install with a tool, as `Install` names it."""
    for command in commands_of(item):
        install = read_install(command.texts)
        if install is not None and install.tool == tool:
            yield command, install


def _add(site: Site, option: _Option) -> Change:
    """The option behind the verb of each command, and behind a `-y` that follows on it."""
    if option.variable and (site.sets(option.variable) or option.variable in site.item.line):
        return Refusal(f"{option.variable} is set for line {site.line}")
    if any("type=cache" in flag for flag in site.item.flags):
        return Refusal(f"line {site.line} mounts a cache")
    verbs = [(command, number) for command in commands_of(site.item) for number in _verbs(command, option)]
    if not verbs:
        return Refusal(f"line {site.line} has no command that could be told {option.text}")
    return tuple(
        _insert(site.item, command, number, option.text)
        for command, number in verbs
        if not {option.text, *option.same} & set(command.texts)
    )


def _verbs(command: Command, option: _Option) -> list[int]:
    """Where the verb stands, if a command is the tool's."""
    texts = command.texts
    if not option.programs.match(command.program) or (command.program.startswith("py") and texts[1:3] != ("-m", "pip")):
        return []
    return [number for number, text in enumerate(texts) if text in option.verbs][:1]


def _insert(item: Instruction, command: Command, number: int, option: str) -> Edit:
    following = command.words[number + 1 : number + 2]
    word = following[0] if following and _ASKS_NOTHING.match(following[0].text) else command.words[number]
    place = item.place_behind(word.end)
    return Edit(place, place, f" {option}")
