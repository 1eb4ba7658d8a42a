"""Files that are only there to be used by a RUN: mounted while it runs instead of copied."""

import re

from layerscope.dockerfile.commands import commands_of
from layerscope.dockerfile.edits import Edit, delete_instruction
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.copies import Copied, read_copies
from layerscope.dockerfile.patches.removals import removals_of, removes, without_path
from layerscope.dockerfile.patches.site import MAKES_FILES, Change, Refusal, Site, names_path, text_names_path, uses
from layerscope.findings.installs import Install, read_install

_LONG_CHARACTERS = 100
# A folder or pattern of wheels, or one wheel.
_WHEELS = re.compile(r"(?:^|/)[\w.-]{0,100}(?:wheel|whl)[\w.-]{0,100}$")


def mount_instead_of_copying(site: Site) -> Change:
    """Delete a COPY, give `--mount=type=bind` to each RUN that uses what it copied, and take away what deletes that.

    Nothing but RUN may use it, and it has to be wheels by its name, or to be deleted as a whole. A RUN that may write
    there gets a mount that forgets what was written.
    """
    copies = read_copies(site, site.item)
    if isinstance(copies, Refusal):
        return copies
    users = [other for other in site.behind if any(uses(other, one.target) for one in copies)]
    for other in users:
        if not commands_of(other) or not any(names_path(other, one.target) for one in copies):
            return Refusal(f"line {other.span.first} may use what line {site.line} copies")
    if not users:
        return Refusal(f"no instruction is known to use what line {site.line} copies")
    if not all(_are_wheels(one) or _is_removed(site, users, one.target) for one in copies):
        return Refusal(f"what line {site.line} copies may hold more than what is not needed")
    below = [other for other in site.before(site.item) if any(uses(other, one.target) for one in copies)]
    if any(other.keyword in MAKES_FILES for other in below):
        return Refusal(f"line {below[0].span.first} puts files where line {site.line} copies to")
    edits = [delete_instruction(site.item)]
    for user in users:
        change = _mount(site, user, copies)
        if isinstance(change, Refusal):
            return change
        edits += change
    return tuple(edits)


def _are_wheels(one: Copied) -> bool:
    return _WHEELS.search(one.source) is not None or _WHEELS.search(one.target) is not None


def _is_removed(site: Site, users: list[Instruction], target: str) -> bool:
    return any(removes(removal, target) for user in users for removal in removals_of(site, user))


def _mount(site: Site, user: Instruction, copies: tuple[Copied, ...]) -> Change:
    """The mounts for one RUN, unless all that it does with the files is to delete them."""
    edits: list[Edit] = []
    dropped: set[int] = set()
    for removal in removals_of(site, user):
        target = next((one.target for one in copies if removes(removal, one.target)), None)
        if target is not None:
            edit = without_path(user, removal, target)
            if edit is None:
                return Refusal(f"the rm on line {user.span.first} cannot be taken out of its command")
            edits.append(edit)
            dropped |= {word.start for word in removal.words_at(target)}
    left = [[word.text for word in command.words if word.start not in dropped] for command in commands_of(user)]
    needy = [words for words in left if any(text_names_path(" ".join(words), one.target) for one in copies)]
    if any(words[0].rpartition("/")[2] == "rm" for words in needy):
        return Refusal(f"line {user.span.first} removes what would be mounted")
    if not needy:
        return tuple(edits)
    mounts = [_flag(site.item, one, is_written=_may_write(needy)) for one in copies]
    place = user.place(user.arguments_at)
    return (Edit(place, place, _text(site, user, mounts)), *edits)


def _flag(copy: Instruction, one: Copied, *, is_written: bool) -> str:
    origin = copy.flag("--from")
    parts = ["type=bind", *([f"from={origin}"] if origin else []), f"source={one.source}", f"target={one.target}"]
    return "--mount=" + ",".join([*parts, *(["rw"] if is_written else [])])


def _text(site: Site, user: Instruction, mounts: list[str]) -> str:
    """Behind each mount a new line, as people write them, but for a short instruction."""
    if len(mounts) == len(user.pieces) == 1 and len(user.line) + len(mounts[0]) <= _LONG_CHARACTERS:
        return f"{mounts[0]} "
    return "".join(f"{mount} {site.dockerfile.escape}{site.dockerfile.newline}    " for mount in mounts)


def _may_write(commands: list[list[str]]) -> bool:
    """Whether a command might write beside what it reads: pip does not where it takes wheels or a list."""
    return not all(_takes_wheels(read_install(tuple(words))) for words in commands)


def _takes_wheels(install: Install | None) -> bool:
    if install is None or install.tool != "pip":
        return False
    return install.has("-f", "--find-links", "-r", "--requirement") or all(
        word.endswith(".whl") for word in install.packages
    )
