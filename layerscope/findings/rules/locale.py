"""Translations and locales of languages that the image does not ask for."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party

_SETTINGS = ("LANG=", "LANGUAGE=", "LC_ALL=", "LC_CTYPE=", "LC_MESSAGES=")
_LANGUAGE_OF = re.compile(rb"(?:^|/)(?:share|lib)/locale/([A-Za-z]+)(?=[_.@/])")
_ARCHIVE = b"lib/locale/locale-archive"


def _find(case: Case) -> Iterator[Claim]:
    kept = _languages(case)
    rows = case.rows_of_categories("locale")
    rows = case.rows_where(rows, lambda path: _is_spare(path, kept))
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_packages(case, part, limit=8))


def _languages(case: Case) -> frozenset[bytes]:
    """The languages that the configuration names, and the ones that every C library has."""
    named = {b"C", b"en", b"POSIX"}
    for entry in case.image.config.env:
        if entry.startswith(_SETTINGS):
            named.update(re.findall(rb"[A-Za-z]+", entry.partition("=")[2].encode("utf-8", "replace")))
    return frozenset(named)


def _is_spare(path: bytes, kept: frozenset[bytes]) -> bool:
    if path.endswith(_ARCHIVE):
        return kept == {b"C", b"en", b"POSIX"}
    language = _LANGUAGE_OF.search(path)
    return language is not None and language[1] not in kept


RULE = Rule(
    id="locale",
    title="translations are in the image",
    find=_find,
    why="Packages bring their messages in all languages, and a service speaks one at most.",
    fix="Tell dpkg to leave translations out, before anything is installed.",
    dockerfile=(
        "RUN echo 'path-exclude=/usr/share/locale/*/LC_MESSAGES/*.mo' > /etc/dpkg/dpkg.cfg.d/01-no-locale",
        "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.LOW,
    least_bytes=1_000_000,
    order=51,
)
