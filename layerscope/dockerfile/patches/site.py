"""An instruction to mend, and what patches ask about it."""

import posixpath
import re
from collections.abc import Callable

from msgspec import Struct

from layerscope.dockerfile.compare_step import names_of_settings
from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import Edit
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.words import unquote

MAKES_FILES = frozenset(("ADD", "COPY", "RUN"))
_PATH = re.compile(r"[\w./@+~*?%=-]+")
_WILD = re.compile(r"[*?\[]")


class Refusal(Struct, frozen=True):
    """Why there is no edit that is certain to be right."""

    reason: str


Change = tuple[Edit, ...] | Refusal
"""Edits, none where all is already as it should be; or a refusal."""


class Site(Struct, frozen=True):
    """An instruction to mend, in the Dockerfile and among those that make the image, in order, as `chain`.

    `others` are further instructions that a finding names: the one that deletes, or those that wrote.
    """

    dockerfile: Dockerfile
    chain: tuple[Instruction, ...]
    item: Instruction
    others: tuple[Instruction, ...] = ()

    @property
    def line(self) -> int:
        """Where the instruction begins."""
        return self.item.span.first

    @property
    def behind(self) -> tuple[Instruction, ...]:
        """The instructions above it."""
        return tuple(other for other in self.chain if other.number > self.item.number)

    def before(self, item: Instruction) -> tuple[Instruction, ...]:
        """The instructions below one."""
        return tuple(other for other in self.chain if other.number < item.number)

    def between(self, first: Instruction, last: Instruction) -> tuple[Instruction, ...]:
        """The instructions above one and below another."""
        return tuple(other for other in self.chain if first.number < other.number < last.number)

    def folder(self, item: Instruction) -> str | None:
        """The working directory in which an instruction runs; None where it may be the base's, or holds a variable."""
        folder: str | None = None
        for other in self.before(item):
            if other.keyword == "WORKDIR":
                path = None if "$" in other.arguments else unquote(other.arguments)
                folder = None if path is None else posixpath.normpath(posixpath.join(folder or "", path))
        return folder if folder and folder.startswith("/") else None

    def user(self, item: Instruction) -> str:
        """The user that an instruction runs as, as it is written; empty for the base's."""
        return next((other.arguments for other in reversed(self.before(item)) if other.keyword == "USER"), "")

    def sets(self, name: str) -> bool:
        """Whether ENV or ARG sets a variable below the instruction."""
        below = self.before(self.item)
        return any(item.keyword in ("ENV", "ARG") and name in names_of_settings(item) for item in below)


Patch = Callable[[Site], Change]
"""Mends one instruction."""


def uses(item: Instruction, path: str) -> bool:
    """Whether an instruction may use an absolute path: by naming it, something in it, or, in a RUN, a folder around it.

    Of COPY and ADD only the target counts. What programs do with paths of their own is not seen.
    """
    if item.keyword != "RUN":
        return names_path(item, path)
    return any(_is_around(word, path) for text in _texts(item) for word in _PATH.findall(text)) or names_path(
        item, path
    )


def names_path(item: Instruction, path: str) -> bool:
    """Whether an instruction names an absolute path, something in it, or, in a RUN, its last part."""
    texts = _texts(item)
    if item.keyword in ("COPY", "ADD"):
        texts = [item.line.rstrip(' "]').rpartition(" ")[2]]
    return any(text_names_path(text, path, is_command=item.keyword == "RUN") for text in texts)


def text_names_path(text: str, path: str, *, is_command: bool = True) -> bool:
    """The same for a text; in a command a relative name with the path's last part counts."""
    path = _without_wildcard(path) or path
    last = path.rpartition("/")[2]
    for word in map(_tidy, _PATH.findall(text)):
        if word == path or word.startswith(f"{path}/"):
            return True
        if is_command and not word.startswith("/") and len(last) > 1 and last in word.split("/"):
            return True
    return False


def _is_around(word: str, path: str) -> bool:
    word = _tidy(word)
    return len(word) > 1 and path.startswith(f"{word}/")


def _tidy(word: str) -> str:
    """A word as a path, without what comes behind a wildcard; options give the path behind their `=`."""
    word = word.rpartition("=")[2]
    return _without_wildcard(word).rstrip("/") if word.startswith("/") else word


def _without_wildcard(path: str) -> str:
    """The folder around the first part with a wildcard, or the path itself."""
    wild = _WILD.search(path)
    return path[: wild.start()].rpartition("/")[0] if wild else path


def _texts(item: Instruction) -> list[str]:
    return [item.line, *(document.text for document in item.heredocs)]
