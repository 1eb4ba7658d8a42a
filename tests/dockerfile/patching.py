"""Patches of hand-written Dockerfiles: the instruction to mend is named by its line."""

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import apply_edits
from layerscope.dockerfile.instruction import Instruction
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patches.site import Patch, Refusal, Site
from layerscope.dockerfile.stages import lineage, read_stages


def patched(patch: Patch, text: str, line: int, *others: int) -> str:
    """Return the text with the edits made, or the reason against them behind `refused: `."""
    dockerfile = parse_dockerfile(text)
    chain = tuple(item for stage in lineage(read_stages(dockerfile)) for item in stage.body)
    change = patch(
        Site(dockerfile, chain, at_line(dockerfile, line), tuple(at_line(dockerfile, one) for one in others))
    )
    if isinstance(change, Refusal):
        return f"refused: {change.reason}"
    return apply_edits(dockerfile, change)


def at_line(dockerfile: Dockerfile, line: int) -> Instruction:
    """Return the instruction that begins on a line."""
    return next(item for item in dockerfile.instructions if item.span.first == line)
