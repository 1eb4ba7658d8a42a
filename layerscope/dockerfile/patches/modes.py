"""Files that are shipped again for their mode or owner: given when they are copied, or changed where they are made."""

import posixpath
import re

from msgspec import Struct

from layerscope.dockerfile.commands import (
    Command,
    ShellWord,
    commands_of,
    join_command,
    remove_command,
    why_not_joinable,
)
from layerscope.dockerfile.edits import Edit
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.copies import read_copies, target_of
from layerscope.dockerfile.patches.site import MAKES_FILES, Change, Refusal, Site, uses

_OCTAL = re.compile(r"[0-7]{3,4}$")
_OWNER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*:[A-Za-z0-9_][A-Za-z0-9_.-]*$")
_NUMBERS = re.compile(r"(?:\d+|root):(?:\d+|root)$")
_PATH = re.compile(r"/[\w./@+:=,%-]*$")
_MAKES_USERS = re.compile(r"\b(?:useradd|adduser|groupadd|addgroup|usermod|groupmod)\b")
_OPTIONS = {"chmod": "--chmod", "chown": "--chown"}


class _ModeChange(Struct, frozen=True):
    """A `chmod` or `chown` of one or more absolute paths."""

    number: int
    command: Command
    recursive: ShellWord | None
    value: str
    paths: tuple[str, ...]

    @property
    def option(self) -> str:
        return _OPTIONS[self.command.program]


def set_where_written(site: Site) -> Change:
    """Give mode and owner to the COPY that wrote the files, or change them in the RUN that did."""
    changes = _changes(site)
    if isinstance(changes, Refusal):
        return changes
    if not site.others:
        return Refusal("the instruction that wrote the files has no line in the Dockerfile")
    if all(other.keyword == "COPY" for other in site.others):
        return _on_copies(site, changes)
    if len(site.others) == 1 and site.others[0].keyword == "RUN":
        return _in_run(site, site.others[0], changes)
    return Refusal(f"several instructions wrote what line {site.line} changes")


def _changes(site: Site) -> list[_ModeChange] | Refusal:
    commands = commands_of(site.item)
    found = [_read(number, command) for number, command in enumerate(commands) if command.program in _OPTIONS]
    known = [change for change in found if change is not None]
    if not found or len(known) < len(found):
        return Refusal(f"line {site.line} has no chmod or chown that could be said elsewhere")
    return known


def _read(number: int, command: Command) -> _ModeChange | None:
    """Only what means the same elsewhere: octal modes, both user and group, absolute paths, no variables."""
    recursive, rest = None, []
    for word in command.words[1:]:
        if word.text in ("-R", "--recursive"):
            recursive = word
        elif word.text.startswith("-"):
            return None
        else:
            rest.append(word.text)
    if len(rest) < 2 or not all(map(_PATH.match, rest[1:])):
        return None
    is_plain = (_OCTAL if command.program == "chmod" else _OWNER).match(rest[0])
    paths = tuple(map(posixpath.normpath, rest[1:]))
    return _ModeChange(number, command, recursive, rest[0], paths) if is_plain and command.is_joined else None


def _on_copies(site: Site, changes: list[_ModeChange]) -> Change:
    if len({change.option for change in changes}) < len(changes):
        return Refusal(f"line {site.line} changes modes or owners more than once")
    edits: list[Edit] = []
    for copy in site.others:
        for change in changes:
            reason = _why_not_on_copy(site, copy, change)
            if reason:
                return Refusal(reason)
            place = copy.place(copy.arguments_at)
            edits.append(Edit(place, place, f"{change.option}={change.value} "))
    later = _leave_folder(site, changes)
    return Refusal(f"the change cannot be taken out of line {site.line}") if later is None else (*edits, *later)


def _why_not_on_copy(site: Site, copy: Instruction, change: _ModeChange) -> str | None:
    line = copy.span.first
    if copy.heredocs or copy.flag(change.option) is not None:
        return f"COPY on line {line} has a here-document or {change.option}"
    if not _covers(site, copy, change):
        return f"line {site.line} may change other files than line {line} copies"
    if change.option == "--chown" and not _NUMBERS.match(change.value):
        makers = (*site.between(copy, site.item), site.item)
        if any(_MAKES_USERS.search(other.source) for other in makers):
            return f"the user may not be there yet on line {line}"
    return None


def _covers(site: Site, copy: Instruction, change: _ModeChange) -> bool:
    """Whether a change is one of all that a COPY writes: of its folder with all in it, or of each of its files."""
    if change.recursive is not None:
        target = target_of(site, copy)
        return target is not None and any(target == path or target.startswith(f"{path}/") for path in change.paths)
    copies = read_copies(site, copy)
    if isinstance(copies, Refusal) or not all(one.is_file for one in copies):
        return False
    return {one.target for one in copies} == set(change.paths)


def _leave_folder(site: Site, changes: list[_ModeChange]) -> list[Edit] | None:
    """A recursive change of a folder stays for the folder itself, which may be there before; others go."""
    item, edits = site.item, []
    gone = [change for change in changes if change.recursive is None]
    if len(gone) == len(commands_of(item)):
        return [Edit(item.start, item.end, "")]
    for change in changes:
        if change.recursive is not None:
            start = item.place_behind(len(item.line[: change.recursive.start].rstrip()))
            edits.append(Edit(start, item.place_behind(change.recursive.end), ""))
        elif (edit := remove_command(item, change.number)) is not None:
            edits.append(edit)
        else:
            return None
    return edits


def _in_run(site: Site, writer: Instruction, changes: list[_ModeChange]) -> Change:
    """Move the commands to the end of the RUN that writes; between the two nothing may touch the paths."""
    reason = why_not_joinable(writer)
    if reason:
        return Refusal(reason)
    if site.user(writer) != site.user(site.item):
        return Refusal(f"line {writer.span.first} and line {site.line} run as different users")
    for other in site.between(writer, site.item):
        is_touched = any(uses(other, path) for change in changes for path in change.paths)
        if other.keyword in MAKES_FILES and (is_touched or _MAKES_USERS.search(other.source)):
            return Refusal(f"line {other.span.first} may write or use what line {site.line} changes")
    edits = [Edit(site.item.start, site.item.end, "")]
    if len(changes) < len(commands_of(site.item)):
        return Refusal(f"line {site.line} does more than to change modes and owners")
    text = " && ".join(" ".join(change.command.texts) for change in changes)
    return (join_command(site.dockerfile, writer, text), *edits)
