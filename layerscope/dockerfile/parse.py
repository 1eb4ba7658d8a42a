"""Reads a Dockerfile (Dockerfile reference: format, parser directives, here-documents), as BuildKit's parser does."""

import re

from msgspec import Struct, field

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.instruction import Heredoc, Instruction, Span
from layerscope.dockerfile.words import split_words, unquote
from layerscope.errors import BadDockerfile
from layerscope.units import safe_text

LIMIT_BYTES = 1 << 20
_KEYWORDS = frozenset(
    (
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
        *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    )
)
_WITH_HEREDOCS = re.compile(r"(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_DIRECTIVES = frozenset(("syntax", "escape", "check"))
_HEREDOC = re.compile(r"\d*<<(-?)([^<]+)$")
_FLAG = re.compile(r"--\S+")
_HEREDOCS_LIMIT = 100
_SHOWN_CHARACTERS = 40


def parse_dockerfile(content: bytes | str) -> Dockerfile:
    """Read a Dockerfile; raises BadDockerfile for what no builder would take as one."""
    if len(content) > LIMIT_BYTES:
        raise BadDockerfile(f"The Dockerfile is over {LIMIT_BYTES} bytes.")
    text = content.decode("utf-8", "surrogateescape") if isinstance(content, bytes) else content
    parser = _Parser(text)
    instructions = tuple(parser.read())
    if not any(item.keyword == "FROM" for item in instructions):
        raise BadDockerfile("The Dockerfile has no FROM.", hint="Is it the right file?")
    return Dockerfile(text, parser.escape, instructions)


class _Line(Struct):
    """One line of the file: where it begins and ends, and its text without the end of the line."""

    start: int
    end: int
    body: str

    @property
    def is_idle(self) -> bool:
        stripped = self.body.lstrip()
        return not stripped or stripped.startswith("#")


class _Joined(Struct):
    """The lines of an instruction as one, piece by piece."""

    parts: list[str] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, part: str, start: int) -> None:
        self.parts.append(part)
        self.pieces.append((self.length, start))
        self.length += len(part)


class _Parser:
    def __init__(self, text: str) -> None:
        self.escape = "\\"
        self._text = text
        self._lines = [_line(match) for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]

    def read(self) -> list[Instruction]:
        """Every instruction, in order."""
        found: list[Instruction] = []
        at = self._read_directives()
        while at < len(self._lines):
            if self._lines[at].is_idle:
                at += 1
            else:
                instruction, at = self._instruction(len(found), at)
                found.append(instruction)
        return found

    def _read_directives(self) -> int:
        """Take the directives, which stand above all else; each counts once."""
        seen: set[str] = set()
        for at, line in enumerate(self._lines):
            match = _DIRECTIVE.match(line.body.strip())
            if match is None or match[1].lower() not in _DIRECTIVES - seen:
                return at
            seen.add(match[1].lower())
            if match[1].lower() == "escape":
                if match[2] not in ("\\", "`"):
                    raise BadDockerfile(f"Line {at + 1}: the escape character is neither a backslash nor a backtick.")
                self.escape = match[2]
        return len(self._lines)

    def _instruction(self, number: int, at: int) -> tuple[Instruction, int]:
        first = at
        joined = _Joined()
        while at < len(self._lines):
            line = self._lines[at]
            at += 1
            if at - 1 > first and line.is_idle:
                continue
            lead = len(line.body) - len(line.body.lstrip()) if at - 1 == first else 0
            end = self._continuation(line.body)
            joined.add(line.body[lead:end], line.start + lead)
            if end is None:
                break
        text = "".join(joined.parts)
        keyword = self._keyword(text, first)
        heredocs, at = self._heredocs(text, at) if _WITH_HEREDOCS.match(text) else ((), at)
        flags, arguments_at = _flags(text, text.index(keyword) + len(keyword))
        start = self._lines[first].start
        source = self._text[start : self._lines[at - 1].end]
        span = Span(first + 1, at)
        pieces = tuple(joined.pieces)
        return (
            Instruction(number, keyword.upper(), span, start, source, text, pieces, flags, arguments_at, heredocs),
            at,
        )

    def _continuation(self, body: str) -> int | None:
        """Where the escape character stands that continues a line, None for a line that ends."""
        end = len(body.rstrip(" \t"))
        if not body.endswith(self.escape, 0, end) or body.endswith(self.escape * 2, 0, end):
            return None
        return end - 1

    def _keyword(self, text: str, first: int) -> str:
        keyword = text.split(maxsplit=1)[0] if text.strip() else ""
        if keyword.upper() not in _KEYWORDS:
            shown = safe_text(keyword[:_SHOWN_CHARACTERS])
            raise BadDockerfile(
                f"Line {first + 1}: '{shown}' is no instruction of a Dockerfile.", hint="Is it the right file?"
            )
        return keyword

    def _heredocs(self, text: str, at: int) -> tuple[tuple[Heredoc, ...], int]:
        """The documents that the words of an instruction announce, one behind the other."""
        found: list[Heredoc] = []
        for word in split_words(text):
            match = _HEREDOC.match(word.text)
            if match is None:
                continue
            if len(found) == _HEREDOCS_LIMIT:
                raise BadDockerfile(f"Line {at}: an instruction has over {_HEREDOCS_LIMIT} here-documents.")
            name, start = unquote(match[2]), at
            while at < len(self._lines) and _ending(self._lines[at].body, tabs=bool(match[1])) != name:
                at += 1
            if at == len(self._lines):
                raise BadDockerfile(
                    f"Line {start}: the here-document '{safe_text(name[:_SHOWN_CHARACTERS])}' has no end."
                )
            content = self._text[self._lines[start].start : self._lines[at].start]
            found.append(Heredoc(name, content))
            at += 1
        return tuple(found), at


def _line(match: re.Match[str]) -> _Line:
    body = match.group().removesuffix("\n").removesuffix("\r")
    start = match.start()
    if start == 0 and body.startswith("\ufeff"):
        # A byte order mark is no part of the first line.
        return _Line(1, match.end(), body[1:])
    return _Line(start, match.end(), body)


def _ending(body: str, *, tabs: bool) -> str:
    return body.lstrip("\t") if tabs else body


def _flags(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """The flags behind the keyword, and where the arguments begin."""
    flags: list[str] = []
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        match = _FLAG.match(text, position)
        if match is None:
            return tuple(flags), position
        flags.append(match.group())
        position = match.end()
