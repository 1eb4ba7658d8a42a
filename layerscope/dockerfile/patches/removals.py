"""`rm` commands: what they remove, and how to take them or some of their paths away."""

import posixpath
import re

from msgspec import Struct

from layerscope.dockerfile.commands import Command, ShellWord, commands_of, remove_command
from layerscope.dockerfile.edits import Edit
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.site import Site

_OPTION = re.compile(r"-[rRfv]+$|--recursive$|--force$|--verbose$")
_FORCE = re.compile(r"-[a-zA-Z]*f|--force$")
_PLAIN = re.compile(r"[\w./@+:=,%*?\[\]-]+$")


class Removal(Struct, frozen=True):
    """One `rm` of an instruction: its number among the commands, its words for paths, and the absolute paths."""

    number: int
    command: Command
    words: tuple[ShellWord, ...]
    paths: tuple[str, ...]

    @property
    def is_forced(self) -> bool:
        """Whether it does not mind that something is not there."""
        return any(_FORCE.match(text) for text in self.command.texts[1:])

    def words_at(self, path: str) -> tuple[ShellWord, ...]:
        """The words that take a path, or all that is in it."""
        return tuple(word for word, other in zip(self.words, self.paths, strict=True) if _is_at(other, path))


def removals_of(site: Site, item: Instruction) -> tuple[Removal, ...]:
    """Every `rm` of an instruction whose paths are certain: no variables, and no `cd` before a relative one."""
    folder = site.folder(item)
    found = []
    for number, command in enumerate(commands_of(item)):
        if command.program in ("cd", "pushd"):
            folder = None
        if command.program == "rm":
            words = tuple(word for word in command.words[1:] if not _OPTION.match(word.text))
            paths = [_absolute(word.text, folder) for word in words]
            known = tuple(path for path in paths if path is not None)
            if words and len(known) == len(words) and not command.prefix:
                found.append(Removal(number, command, words, known))
    return tuple(found)


def without_path(item: Instruction, removal: Removal, path: str) -> Edit | None:
    """Take what removes a path away; None where that is not possible without harm to other commands."""
    matching = removal.words_at(path)
    if len(matching) == len(removal.paths):
        return remove_command(item, removal.number)
    if len(matching) != 1:
        return None
    (word,) = matching
    start = item.place_behind(len(item.line[: word.start].rstrip()))
    return Edit(start, item.place_behind(word.end), "")


def removes(removal: Removal, path: str) -> bool:
    """Whether a removal takes a path, or all that is in it."""
    return bool(removal.words_at(path))


def _is_at(removed: str, path: str) -> bool:
    return removed in (path, f"{path}/*")


def _absolute(text: str, folder: str | None) -> str | None:
    if not _PLAIN.match(text) or text.startswith("-"):
        return None
    if text.startswith("/"):
        return posixpath.normpath(text)
    return posixpath.normpath(posixpath.join(folder, text)) if folder else None
