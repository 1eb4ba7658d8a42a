"""Commands that clean up, added to the instruction that left something behind."""

import re

from layerscope.dockerfile.commands import Command, commands_of, join_command, why_not_joinable
from layerscope.dockerfile.edits import delete_instruction
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.options import installs_of
from layerscope.dockerfile.patches.site import Change, Refusal, Site

_LISTS = "/var/lib/apt/lists"
_ALL_LISTS = re.compile(rf"{_LISTS}(?:/?\*?)$")
_APT = frozenset(("apt", "apt-get"))
_INSTALLING = frozenset(("install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"))
_CONDA = frozenset(("conda", "mamba", "micromamba"))


def clean_apt_lists(site: Site) -> Change:
    """Remove apt's lists where they were fetched, and take a later instruction away that does nothing else."""
    if not _updates(site.item):
        return Refusal(f"line {site.line} has no apt-get update")
    reader = _reader_of_lists(site)
    if reader is not None:
        return Refusal(f"line {reader.span.first} installs from the lists that line {site.line} fetches")
    if any(_removes_lists(command) for command in commands_of(site.item)):
        return ()
    change = _join(site, f"rm -rf {_LISTS}/*")
    idle = next((other for other in site.behind if _only_removes_lists(other)), None)
    if isinstance(change, Refusal) or idle is None or any(_updates(other) for other in site.between(site.item, idle)):
        return change
    return (*change, delete_instruction(idle))


def clean_apt_archives(site: Site) -> Change:
    """`apt-get clean` at the end of what installs."""
    return _clean(site, "apt", "apt-get clean")


def clean_dnf(site: Site) -> Change:
    """`clean all` at the end of what installs, with the tool that installs."""
    tool = next((command.words[0].text for command, _ in installs_of(site.item, "dnf")), "dnf")
    return _clean(site, "dnf", f"{tool} clean all")


def clean_npm(site: Site) -> Change:
    """`npm cache clean --force` at the end of what installs."""
    if not any(command.program == "npm" for command, _ in installs_of(site.item, "npm")):
        return Refusal(f"line {site.line} has no npm install")
    return _clean(site, "npm", "npm cache clean --force")


def clean_conda(site: Site) -> Change:
    """`clean -afy` at the end of what installs, with the tool that installs."""
    command = next((item for item in commands_of(site.item) if item.program in _CONDA), None)
    if command is None:
        return Refusal(f"line {site.line} has no conda command")
    return _join_once(site, f"{command.words[0].text} clean -afy")


def _clean(site: Site, tool: str, cleaning: str) -> Change:
    if not any(True for _ in installs_of(site.item, tool)):
        return Refusal(f"line {site.line} has no {tool} command that installs")
    return _join_once(site, cleaning)


def _join_once(site: Site, cleaning: str) -> Change:
    program, *words = cleaning.split()
    if any(command.words[0].text == program and words[0] in command.texts for command in commands_of(site.item)):
        return ()
    return _join(site, cleaning)


def _join(site: Site, cleaning: str) -> Change:
    reason = why_not_joinable(site.item)
    return Refusal(reason) if reason else (join_command(site.dockerfile, site.item, cleaning),)


def _updates(item: Instruction) -> bool:
    return any(command.program in _APT and "update" in command.texts for command in commands_of(item))


def _reader_of_lists(site: Site) -> Instruction | None:
    """The first later instruction that installs before it fetches lists itself."""
    for other in site.behind:
        for command in commands_of(other):
            if command.program in _APT and "update" in command.texts:
                return None
            if command.program in _APT and _INSTALLING & set(command.texts):
                return other
        if other.keyword == "RUN" and not commands_of(other) and "apt" in other.source:
            return other
    return None


def _removes_lists(command: Command) -> bool:
    return command.program == "rm" and any(_ALL_LISTS.match(text) for text in command.texts[1:])


def _only_removes_lists(item: Instruction) -> bool:
    commands = commands_of(item)
    words = [text for command in commands for text in command.texts[1:] if not text.startswith("-")]
    is_removal = bool(commands) and all(command.program == "rm" and command.is_joined for command in commands)
    return is_removal and all(_ALL_LISTS.match(text) for text in words)
