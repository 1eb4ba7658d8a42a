"""Files that a later instruction deletes: deleted where they are made."""

from itertools import pairwise

from layerscope.dockerfile.commands import commands_of, join_command, remove_command, why_not_joinable
from layerscope.dockerfile.edits import Edit, delete_instruction
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.patches.mounts import mount_instead_of_copying
from layerscope.dockerfile.patches.removals import Removal, removals_of
from layerscope.dockerfile.patches.site import MAKES_FILES, Change, Refusal, Site, text_names_path, uses


def delete_where_made(site: Site) -> Change:
    """Move the `rm` of a later RUN into the RUN that made the files; what was copied is mounted instead.

    Between the two nothing may use the paths. Where other instructions stand between, which might make some of them
    anew, the later `rm` stays as well.
    """
    if len(site.others) != 1:
        return Refusal("the instruction that deletes the files has no line in the Dockerfile")
    (deleter,) = site.others
    if site.item.keyword in ("COPY", "ADD"):
        return mount_instead_of_copying(site)
    removals = removals_of(site, deleter)
    if not removals:
        return Refusal(f"line {deleter.span.first} has no rm whose paths are certain")
    reason = why_not_joinable(site.item) or _why_not(site, deleter, removals)
    if reason:
        return Refusal(reason)
    added = [" ".join(_words(removal)) for removal in removals]
    joined = join_command(site.dockerfile, site.item, " && ".join(added))
    between = site.between(site.item, deleter)
    if any(other.keyword in MAKES_FILES for other in between):
        return (
            (joined,)
            if all(removal.is_forced for removal in removals)
            else Refusal(f"the rm on line {deleter.span.first} would miss what is deleted before")
        )
    edits = _take_away(deleter, removals)
    return Refusal(f"the rm cannot be taken out of line {deleter.span.first}") if edits is None else (joined, *edits)


def _why_not(site: Site, deleter: Instruction, removals: tuple[Removal, ...]) -> str | None:
    """Who uses the paths before they are deleted, or whether another user deletes them."""
    if site.user(site.item) != site.user(deleter):
        return f"line {site.line} and line {deleter.span.first} run as different users"
    paths = [path for removal in removals for path in removal.paths]
    for other in site.between(site.item, deleter):
        if any(uses(other, path) for path in paths):
            return f"line {other.span.first} may use what line {deleter.span.first} deletes"
    before = deleter.line[deleter.arguments_at : removals[0].command.start]
    if any(text_names_path(before, path) for path in paths):
        return f"line {deleter.span.first} may use what it deletes"
    return None


def _words(removal: Removal) -> list[str]:
    """The command as it is written, with paths that do not depend on a folder."""
    options = [text for text in removal.command.texts[1:] if text.startswith("-")]
    return ["rm", *options, *removal.paths]


def _take_away(deleter: Instruction, removals: tuple[Removal, ...]) -> list[Edit] | None:
    """Edits that take all of these commands out of their instruction, and the instruction if nothing is left."""
    if len(removals) == len(commands_of(deleter)):
        return [delete_instruction(deleter)]
    edits = [remove_command(deleter, removal.number) for removal in removals]
    known = sorted(edit for edit in edits if edit is not None)
    overlap = any(one.end > other.start for one, other in pairwise(known))
    return known if len(known) == len(edits) and not overlap else None
