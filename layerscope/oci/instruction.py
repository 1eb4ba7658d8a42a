"""`created_by` made readable: the instruction as somebody wrote it, without the builder's wrapping."""

import re
from functools import lru_cache

from layerscope.oci.build_arguments import find_build_arguments
from layerscope.oci.credentials import mask_secrets

__all__ = ["clean_instruction", "mask_secrets", "unwrap_instruction"]

_NOP = "#(nop)"
_SHELL = re.compile(r"^(?:/bin/(?:ba)?sh -o pipefail -c|/bin/(?:ba)?sh -c|/bin/bash -e?o? ?pipefail -c)\s+")


@lru_cache(maxsize=1_024)
def clean_instruction(created_by: str) -> str:
    """The Dockerfile instruction behind a `created_by`, secrets masked; empty for an unknown one.

    Knows the legacy builder (`/bin/sh -c #(nop) COPY …`), BuildKit (`RUN |1 A=b /bin/sh -c … # buildkit`), buildah
    (as legacy) and kaniko (the instruction itself).
    """
    text = unwrap_instruction(created_by)
    if arguments := find_build_arguments(text):
        text = "RUN " + _SHELL.sub("", text[arguments.end :])
    elif text.startswith("RUN /bin/"):
        text = "RUN " + _SHELL.sub("", text[4:])
    return mask_secrets(text.strip())


def unwrap_instruction(created_by: str) -> str:
    """A `created_by` on one line that begins with its instruction, build arguments and secrets still in it."""
    text = " ".join(created_by.replace("\t", " ").split())
    if _NOP in text:
        text = text.partition(_NOP)[2].strip()
    elif shell := _SHELL.match(text):
        text = "RUN " + text[shell.end() :]
    elif text.startswith("|"):
        text = "RUN " + text
    return text.removesuffix("# buildkit").strip()
