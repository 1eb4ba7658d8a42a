"""Whether Go's reader and ours say the same of a tar. What only we refuse is in the table below."""

import re

from layerscope.errors import DamagedTar
from layerscope.tar.inputs import SeekInput
from tests.tar.blocks import AtRest, members
from tests.tar.go_reader import GoAnswer

# What we refuse and Go's reader reads, with the reason.
STRICTER = {
    "The tar ends after an extended header": "Go drops a header that is of no entry",
    "An extended header has a record of a wrong length": "of type X, which to Go is an entry",
    "An extended header has a record that is not KEY=VALUE": "of type X, which to Go is an entry",
    "A directory of the oldest format has contents": "which Go takes for headers",
    "Two kinds of extended headers stand before one record": "of types x and X, and the second is an entry to Go",
    "A tar header has an impossible size of -N": "a link's, which Go does not look at",
    "An extended header has a size that is not decimal": "Go takes a sign",
    "A tar header has no checksum": "behind an entry of type X",
}


def disagreement(tar: bytes, answer: GoAnswer) -> str | None:
    """What is wrong with our reading of a tar, as Go has it; None for nothing."""
    names, problem = read(tar)
    if answer.error:
        return None if problem else f"no damage, and Go says {answer.error}"
    if problem:
        return None if problem in STRICTER else f"{problem}, and Go reads it"
    if [name.rstrip(b"/") for name in names] == [name.rstrip(b"/") for name in answer.names]:
        return None
    # GNU tar and we read Solaris' extended headers, which to Go are entries of an unknown type.
    has_solaris = any(tar[at + 156 : at + 157] == b"X" for at in range(0, len(tar), 512))
    return None if has_solaris else f"{names}, and Go reads {answer.names}"


def read(tar: bytes) -> tuple[list[bytes], str]:
    """The names that we read, and the problem without its numbers, empty for none."""
    try:
        names = [member.record.name for member in members(SeekInput(AtRest(tar)))]
    except DamagedTar as error:
        return [], re.sub(r"\d+", "N", error.problem.partition(" (at byte")[0])
    return names, ""
