"""ADD where COPY would do, or where a download cannot be checked."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.own_steps import layers_of, own_steps, quote
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.layers.entry import Kind
from layerscope.oci.build_step import BuildStep

_OPTION = re.compile(r"--\S+$")
_REMOTE = re.compile(r"(?:https?|ftp)://(?!\S{1,500}\.git(?:#|\s|$))")
_LEGACY_REMOTE = re.compile(r"[0-9a-f]{64} in ")
_ARCHIVE = re.compile(r"(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst)$")
_SOURCES_LIMIT = 200


def _find(case: Case) -> Iterator[Claim]:
    """One claim for what is downloaded, one for what is merely copied."""
    remote: list[BuildStep] = []
    plain: list[BuildStep] = []
    for step in own_steps(case):
        if step.keyword == "ADD" and not step.rest.endswith(" /"):
            if _is_remote(step):
                remote.append(step)
            elif _is_plain(step, case):
                plain.append(step)
    if remote:
        yield _claim("remote", remote, case, fix=_REMOTE_FIX, dockerfile=_REMOTE_LINES)
    if plain:
        yield _claim("local", plain, case)


def _claim(
    subject: str,
    steps: list[BuildStep],
    case: Case,
    fix: str | None = None,
    dockerfile: tuple[str, ...] | None = None,
) -> Claim:
    layers = tuple(sorted({layer for step in steps for layer in layers_of(step, case)}))
    return Claim(subject=subject, layers=layers, evidence=tuple(map(quote, steps[:10])), fix=fix, dockerfile=dockerfile)


def _is_remote(step: BuildStep) -> bool:
    if "--checksum=" in step.rest:
        return False
    return _LEGACY_REMOTE.match(step.rest) is not None or _REMOTE.search(step.rest) is not None


def _is_plain(step: BuildStep, case: Case) -> bool:
    """Whether nothing was unpacked: the legacy builder hides names, but not how many files came."""
    if "--checksum=" in step.rest or step.rest.startswith("git@") or "://" in step.rest:
        return False
    if step.rest.startswith("dir:"):
        return True
    if step.rest.startswith(("file:", "multi:")):
        rows = case.index.layers == step.layer
        return step.layer is not None and int((rows & (case.index.kinds == Kind.FILE)).sum()) == 1
    words = step.rest.split(maxsplit=_SOURCES_LIMIT)
    sources = [word for word in words[:-1] if not _OPTION.match(word)]
    return bool(sources) and not any(_ARCHIVE.search(source.strip('[",')) for source in sources)


_REMOTE_FIX = "Say the checksum, or download, check, unpack and delete in one RUN, so that the archive does not stay."
_REMOTE_LINES = (
    "ADD --checksum=sha256:<digest> https://example.org/model.bin /models/",
    "# or, for an archive:",
    "RUN curl -fsSLO https://example.org/tool.tar.gz && echo '<digest>  tool.tar.gz' | sha256sum -c - \\",
    "    && tar -xzf tool.tar.gz -C /opt && rm tool.tar.gz",
)
RULE = Rule(
    id="add-instead-of-copy",
    title="ADD is used where COPY would do",
    find=_find,
    why="ADD also downloads and unpacks, so what it does depends on what it is given; COPY does one thing.",
    fix="Use COPY for files and folders.",
    dockerfile=("COPY app/ /app/",),
    confidence=Confidence.LOW,
)
