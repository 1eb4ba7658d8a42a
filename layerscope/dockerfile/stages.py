"""The stages of a Dockerfile: what each is built on, and which instructions make an image."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence

from msgspec import Struct

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.words import Word, expand, split_words, unquote


class Stage(Struct, frozen=True):
    """One stage: its FROM and what follows.

    `reference` is the word of FROM that says what it is built on, with its place in FROM's line; `base` is that with
    its variables replaced, None where one is unknown; `parent` is the number of the stage that it names, None where it
    names an image.
    """

    number: int
    name: str | None
    start: Instruction
    reference: Word
    base: str | None
    parent: int | None
    body: tuple[Instruction, ...]


def read_stages(dockerfile: Dockerfile, arguments: Mapping[str, str] | None = None) -> tuple[Stage, ...]:
    """Every stage; `arguments` are those of the build, which go before the defaults of ARG."""
    variables: dict[str, str | None] = {}
    stages: list[Stage] = []
    names: dict[str, int] = {}
    for item in dockerfile.instructions:
        if item.keyword == "FROM":
            stage = _stage(item, len(stages), names, variables)
            stages.append(stage)
            if stage.name:
                names[stage.name] = stage.number
        elif stages:
            continue
        elif item.keyword == "ARG":
            variables |= read_arguments(item, variables, arguments or {})
    bodies = _bodies(dockerfile)
    return tuple(
        Stage(stage.number, stage.name, stage.start, stage.reference, stage.base, stage.parent, body)
        for stage, body in zip(stages, bodies, strict=True)
    )


def lineage(stages: Sequence[Stage], last: int | None = None) -> tuple[Stage, ...]:
    """The stages that the last one (or the one of that number) is made of, the lowest one first."""
    chain = [stages[len(stages) - 1 if last is None else last]]
    while chain[-1].parent is not None:
        chain.append(stages[chain[-1].parent])
    return tuple(reversed(chain))


def read_arguments(
    item: Instruction, variables: MutableMapping[str, str | None], given: Mapping[str, str]
) -> dict[str, str | None]:
    """The variables that an ARG sets; None is the value of one without a default, since the builder may know it."""
    found: dict[str, str | None] = {}
    known = ChainMap(found, variables)
    for word in split_words(item.line, item.arguments_at):
        name, has_default, default = word.text.partition("=")
        value = expand(unquote(default), known) if has_default else variables.get(name)
        found[name] = given.get(name, value)
    return found


def _stage(item: Instruction, number: int, names: Mapping[str, int], variables: Mapping[str, str | None]) -> Stage:
    words = split_words(item.line, item.arguments_at)
    reference = words[0] if words else Word("", len(item.line), len(item.line))
    name = words[2].text.lower() if len(words) > 2 and words[1].text.lower() == "as" else None
    base = expand(unquote(reference.text), variables)
    parent = names.get(base.lower()) if base else None
    return Stage(number, name, item, reference, base, parent, ())


def _bodies(dockerfile: Dockerfile) -> list[tuple[Instruction, ...]]:
    bodies: list[list[Instruction]] = []
    for item in dockerfile.instructions:
        if item.keyword == "FROM":
            bodies.append([])
        elif bodies:
            bodies[-1].append(item)
    return [tuple(body) for body in bodies]
