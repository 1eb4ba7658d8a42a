"""`created_by` made readable: the instruction as somebody wrote it, without the builder's wrapping."""

import re
from itertools import pairwise

_MASK = "•••"
_NOP = "#(nop)"
_ARGS = re.compile(r"RUN \|(\d+) ")
_SHELL = re.compile(r"^(?:/bin/(?:ba)?sh -o pipefail -c|/bin/(?:ba)?sh -c|/bin/bash -e?o? ?pipefail -c)\s+")
_VALUE = r"(?P<value>\"[^\"]+\"|'[^']+'|[^\s\"'&|;)]+)"
_KNOWN_SHAPES = (
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?<=://)[^/\s:@]{16,}(?=@)"),
    re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|hf_[A-Za-z0-9]{20,}|glpat-[\w-]{16,})"),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bsk-[A-Za-z0-9_-]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"),
)
_NAMED = (
    re.compile(r"(?<![A-Za-z0-9_-])-{0,2}(?P<name>[A-Za-z_][A-Za-z0-9_-]*)[\"']?(?:\s?=(?!=)|:)\s?" + _VALUE),
    re.compile(r"(?<!\S)--(?P<name>[A-Za-z][A-Za-z0-9-]*)\s" + _VALUE),
    re.compile(r"\AENV (?P<name>[A-Za-z_][A-Za-z0-9_]*) (?P<value>.+)", re.DOTALL),
)
_SECRET_WORDS = frozenset({"token", "secret", "password", "passwd", "passphrase", "pwd", "apikey", "credential"})
_SECRET_KEYS = frozenset({"api", "access", "private", "secret", "auth", "encryption", "signing"})


def mask_secrets(text: str) -> str:
    """Hide values that look like credentials: in URLs, behind names such as TOKEN, and of well-known shapes."""
    for pattern in _KNOWN_SHAPES:
        text = pattern.sub(_MASK, text)
    for pattern in _NAMED:
        text = pattern.sub(_mask_named, text)
    return text


def clean_instruction(created_by: str) -> str:
    """The Dockerfile instruction behind a `created_by`, secrets masked; empty for an unknown one.

    Knows the legacy builder (`/bin/sh -c #(nop) COPY …`), BuildKit (`RUN |1 A=b /bin/sh -c … # buildkit`), buildah
    (as legacy) and kaniko (the instruction itself).
    """
    text = " ".join(created_by.replace("\t", " ").split())
    if _NOP in text:
        text = text.partition(_NOP)[2].strip()
    elif shell := _SHELL.match(text):
        text = "RUN " + text[shell.end() :]
    elif text.startswith("|"):
        text = "RUN " + text
    if match := _ARGS.match(text):
        text = _without_args(text[match.end() :], int(match.group(1)))
    elif text.startswith("RUN /bin/"):
        text = "RUN " + _SHELL.sub("", text[4:])
    return mask_secrets(text.removesuffix("# buildkit").strip())


def _without_args(text: str, count: int) -> str:
    shell = text.find("/bin/sh -c ")
    bash = text.find("/bin/bash ")
    starts = [position for position in (shell, bash) if position >= 0]
    if starts:
        return "RUN " + _SHELL.sub("", text[min(starts) :])
    return "RUN " + " ".join(text.split()[count:])


def _mask_named(match: re.Match[str]) -> str:
    value = match.group("value")
    if not _is_secret_name(match.group("name")) or value.startswith(("$", '"$', "id=", _MASK)):
        return match.group()
    return match.group()[: match.start("value") - match.start()] + _MASK


def _is_secret_name(name: str) -> bool:
    """Whether one of a name's words says that its value is a secret: HF_TOKEN, and not TOKENIZERS_PARALLELISM."""
    words = re.split("[_-]", name.lower())
    if _SECRET_WORDS & set(words):
        return True
    return any(first in _SECRET_KEYS and second == "key" for first, second in pairwise(words))
