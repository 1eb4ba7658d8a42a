"""Whether a build step in an image's history is that of a Dockerfile's instruction."""

import re
from enum import IntEnum
from functools import lru_cache

from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.words import split_words, unquote
from layerscope.oci.build_step import BuildStep
from layerscope.oci.instruction import clean_instruction

_FLAGS = re.compile(r"(?:--\S+ )+")
# How the classic builder names what it copied.
_COPIED = re.compile(r"(?:--\S+ )*(?:--[a-z]+=\S*?)?(?:(?:dir|file|multi):)?[0-9a-f]{64}(?:\.[a-z]+)? in ")


class Likeness(IntEnum):
    """How well a step fits an instruction."""

    NONE = 0
    POSSIBLE = 1
    SURE = 2


def compare_step(item: Instruction, step: BuildStep) -> Likeness:
    """How well they fit: what builders write differently from what stands in the file makes them possible only."""
    if item.keyword == "RUN":
        return _compare_run(item, step)
    if item.keyword != step.keyword:
        return Likeness.NONE
    if item.keyword in ("COPY", "ADD"):
        return _compare_copy(item, step)
    if item.keyword in ("ENV", "ARG", "LABEL"):
        return _compare_names(names_of_settings(item), _names(step.rest))
    # Of the others builders write what they made of them, and they make no layer, or one with a folder.
    is_same = _one_line(item.arguments) == _one_line(step.rest)
    return _sure_if(is_same, otherwise=Likeness.POSSIBLE)


def names_of_settings(item: Instruction) -> tuple[str, ...]:
    """The names that ENV, ARG or LABEL sets."""
    return _names(item.arguments)


def _compare_names(written: tuple[str, ...], found: tuple[str, ...]) -> Likeness:
    """Builders leave out the quotes around values, so that a word of one may look like a name."""
    is_alike = bool(written) and written[:1] == found[:1] and set(written) <= set(found)
    return _sure_if(written == found, otherwise=Likeness.POSSIBLE if is_alike else Likeness.NONE)


def _compare_run(item: Instruction, step: BuildStep) -> Likeness:
    words = item.exec_form
    if words is not None:
        return _sure_if(" ".join(words) == _one_line(step.rest), otherwise=Likeness.NONE)
    if step.keyword != "RUN":
        return Likeness.NONE
    for text in _texts_of_run(item):
        if _clean(text) == _one_line(step.rest):
            return Likeness.SURE
    # A shell of its own (SHELL, a here-document with #!) stands before the command, or in its place.
    is_behind_shell = not item.heredocs and step.rest.endswith(_one_line(item.arguments))
    return Likeness.POSSIBLE if is_behind_shell or _runs_pipe(item, step) else Likeness.NONE


def _texts_of_run(item: Instruction) -> list[str]:
    if not item.heredocs:
        return [item.arguments]
    documents = "\n".join(f"{document.text}{document.name}" for document in item.heredocs)
    return [f"{item.arguments}\n{documents}", item.heredocs[0].text]


def _runs_pipe(item: Instruction, step: BuildStep) -> bool:
    """Whether BuildKit wrote a script with an interpreter of its own to a file of that name."""
    return any(document.text.startswith("#!") and step.rest.endswith(document.name) for document in item.heredocs)


def _compare_copy(item: Instruction, step: BuildStep) -> Likeness:
    """The sources are a checksum for the classic builder; the target may have got its WORKDIR or its variables."""
    words = item.exec_form or _words(item.arguments)
    copied = _COPIED.match(step.rest)
    flags = copied or _FLAGS.match(step.rest)
    rest = step.rest[flags.end() :] if flags else step.rest
    if not words:
        return Likeness.NONE
    if not copied and " ".join(words) == rest:
        return Likeness.SURE
    sources, _, target = rest.rpartition(" ")
    is_named = copied or item.heredocs or "$" in "".join(words[:-1]) or sources == " ".join(words[:-1])
    return Likeness.POSSIBLE if is_named and _may_be_target(words[-1], target) else Likeness.NONE


def _may_be_target(written: str, found: str) -> bool:
    """Whether a target may have become that one, by its variables or its WORKDIR."""
    if "$" in written or written in (".", "./"):
        return True
    ending = written.removeprefix("./").rstrip("/")
    found = found.rstrip("/")
    return found == ending or (not ending.startswith("/") and f"/{found}".endswith(f"/{ending}"))


# Each instruction is compared with each step, so that what is made of its text is kept.
@lru_cache(maxsize=1_024)
def _clean(text: str) -> str:
    return clean_instruction(f"RUN {text}").removeprefix("RUN ")


@lru_cache(maxsize=1_024)
def _words(arguments: str) -> tuple[str, ...]:
    return tuple(unquote(word.text) for word in split_words(arguments))


@lru_cache(maxsize=1_024)
def _names(text: str) -> tuple[str, ...]:
    """The names in `A=1 B="2 3"`, or the one of `A 1 2 3`."""
    words = [word.text for word in split_words(text)]
    if words and "=" not in words[0] and len(words) > 1 and not any("=" in word for word in words[1:]):
        return (unquote(words[0]),)
    return tuple(unquote(word).partition("=")[0] for word in words if "=" in word) or tuple(map(unquote, words[:1]))


@lru_cache(maxsize=1_024)
def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sure_if(is_sure: bool, *, otherwise: Likeness) -> Likeness:
    return Likeness.SURE if is_sure else otherwise
