"""The switch to another base: FROM, or the ARG that it gets its image from, and what the new base lacks."""

import re
from collections.abc import Sequence
from itertools import takewhile

from msgspec import Struct

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import Edit, insert_behind
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.site import Change, Refusal
from layerscope.dockerfile.stages import Stage, lineage
from layerscope.dockerfile.words import VARIABLE, Word, expand, names_of_variables, split_words, unquote

_REFERENCE = re.compile(r"[A-Za-z0-9][\w./:@-]*$")
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9.+-]*(?::[a-z0-9]+)?(?:=[\w.+:~-]+)?$")
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=[^\x00-\x1f\x7f]*$")
_BARE = re.compile(r"[^\s\"'\\]*$")


class BaseSwitch(Struct, frozen=True):
    """Another base: what FROM shall name, system packages to install, and `NAME=value` for the environment."""

    reference: str
    packages: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


def switch_base(dockerfile: Dockerfile, stages: Sequence[Stage], stage: int, switch: BaseSwitch) -> Change:
    """Edits for the stage at the bottom of the image's; refused where other stages are built on the same FROM."""
    odd = _oddity(switch)
    if odd:
        return Refusal(f"{odd!a} is nothing that a Dockerfile could name")
    chain = lineage(stages, stage)
    own = {one.number for one in chain}
    for other in stages:
        if other.number not in own and other.parent in own:
            return Refusal(f"the stage on line {other.start.span.first} is built on the same base, and may need it")
    root = chain[0]
    if root.base is not None and root.base == switch.reference:
        return Refusal(f"line {root.start.span.first} already begins with {switch.reference}")
    edits = [_rename(dockerfile, root, switch.reference)]
    lines = lines_behind_from(dockerfile, switch)
    return (*edits, insert_behind(dockerfile, root.start, lines)) if lines else tuple(edits)


def lines_behind_from(dockerfile: Dockerfile, switch: BaseSwitch) -> list[str]:
    """What the new base lacks, as instructions."""
    lines = [f"ENV {_quoted(setting)}" for setting in switch.environment]
    if switch.packages:
        install = f"apt-get install -y --no-install-recommends {' '.join(dict.fromkeys(switch.packages))}"
        broken = f" {dockerfile.escape}"
        lines = [
            f"RUN apt-get update{broken}",
            f"    && {install}{broken}",
            "    && rm -rf /var/lib/apt/lists/*",
            *lines,
        ]
    return lines


def _oddity(switch: BaseSwitch) -> str | None:
    """The first text that is not of the kind that it should be."""
    if not _REFERENCE.match(switch.reference):
        return switch.reference
    package = next((name for name in switch.packages if not _PACKAGE.match(name)), None)
    return package or next((setting for setting in switch.environment if not _SETTING.match(setting)), None)


def _quoted(setting: str) -> str:
    name, _, value = setting.partition("=")
    if _BARE.match(value):
        return setting
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'


def _rename(dockerfile: Dockerfile, root: Stage, reference: str) -> Edit:
    """The smallest change: within FROM's own text, in the default of an ARG that nobody else uses, else all of FROM."""
    whole = _edit(root.start, root.reference.start, root.reference.end, reference)
    old = root.base
    if "$" not in root.reference.text or old is None or unquote(root.reference.text) != root.reference.text:
        return whole
    start = _alike(old, reference)
    end = _alike(old[start:][::-1], reference[start:][::-1])
    new = reference[start : len(reference) - end]
    for part in _parts(dockerfile, root.reference):
        if part.start <= start and len(old) - end <= part.end:
            before, behind = start - part.start, part.end - (len(old) - end)
            if part.variable is None:
                place = root.reference.start + part.place
                return _edit(root.start, place + before, place + part.length - behind, new)
            return _change_default(dockerfile, part, before, behind, new) or whole
    return whole


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


class _Part(Struct, frozen=True):
    """A part of FROM's word: where its value lies in the whole value, and where it is written; maybe a variable."""

    start: int
    end: int
    place: int
    length: int
    variable: str | None


def _parts(dockerfile: Dockerfile, word: Word) -> list[_Part]:
    defaults = _defaults(dockerfile)
    found: list[_Part] = []
    value = place = 0
    for match in [*VARIABLE.finditer(word.text), None]:
        stop = match.start() if match else len(word.text)
        found.append(_Part(value, value + stop - place, place, stop - place, None))
        value += stop - place
        if match:
            length = len(expand(match.group(), defaults) or "")
            found.append(_Part(value, value + length, stop, match.end() - stop, match["plain"] or match["name"]))
            value, place = value + length, match.end()
    return found


def _defaults(dockerfile: Dockerfile) -> dict[str, str | None]:
    return {name: value for name, (value, _, _) in _arguments(dockerfile).items()}


def _arguments(dockerfile: Dockerfile) -> dict[str, tuple[str | None, Instruction, Word]]:
    """The ARGs in front of the first FROM: the value, the instruction, and the word in it."""
    found: dict[str, tuple[str | None, Instruction, Word]] = {}
    values: dict[str, str | None] = {}
    for item in dockerfile.instructions:
        if item.keyword == "FROM":
            break
        for word in split_words(item.line, item.arguments_at) if item.keyword == "ARG" else ():
            name, has_default, default = word.text.partition("=")
            values[name] = expand(unquote(default), values) if has_default else None
            found[name] = (values[name], item, word)
    return found


def _change_default(dockerfile: Dockerfile, part: _Part, before: int, behind: int, new: str) -> Edit | None:
    """Another default for an ARG, if it is written plainly and nothing but this FROM uses it."""
    _, item, word = _arguments(dockerfile).get(part.variable or "", (None, None, None))
    if item is None or word is None or part.variable is None:
        return None
    name, _, default = word.text.partition("=")
    users = [one for one in dockerfile.instructions if part.variable in names_of_variables(one.source)]
    redeclared = [one for one in dockerfile.instructions if one.keyword == "ARG" and one is not item]
    is_shared = len(users) != 1 or any(part.variable in one.arguments.split() for one in redeclared)
    if is_shared or not _BARE.match(default) or "$" in default or len(default) != part.end - part.start:
        return None
    start = word.start + len(name) + 1
    return _edit(item, start + before, start + len(default) - behind, new)


def _edit(item: Instruction, start: int, end: int, text: str) -> Edit:
    """Other text for a part of an instruction's line; the part may be empty, but is never at the line's beginning."""
    place = item.place_behind(start)
    return Edit(place, place if end == start else item.place_behind(end), text)
