"""Text for Markdown as GitHub and GitLab render it: whatever is not plain words stands in a code span.

Inside code spans nothing is a link, a mention, a tag, an emoji or emphasis, on either service. Outside of them escaped
characters still count for what looks for mentions and links in the finished page.
"""

import html
import re
from collections.abc import Iterable, Sequence

from layerscope.report.texts import cut
from layerscope.units import safe_text

_PLAIN = re.compile(
    r"""(?!www\.)[^\W_](?:[^\W_]|[,.;'"()%/-])*[:,.;]?|[-(,;]|%[,.;]?|\((?:[^\W_]|[,.;'"%-])*\)?[,.;:]?"""
    # Amounts, as `(+2.5`, `~3` and `%):`, and what ends a sentence behind a code span.
    r"""|\(?[+~]?[0-9][0-9.]*\)?[,.;:]?|%\)?[,.;:]?|\)?[,.;:]"""
)
_TICKS = re.compile("`+")
_CELL_CHARACTERS = 200
_FULL, _HALF = "█", "░"


def code(text: bytes | str, *, limit: int = _CELL_CHARACTERS) -> str:
    """A text out of an image as a code span; what is longer than `limit` characters is cut."""
    shown = cut(safe_text(text), limit).strip(" ") or " "
    # A bar would end a table's cell, even escaped, where a backslash stands before it.
    shown = shown.replace("|", "\\x7c")
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence; words in backticks stay code, and others that could be more than words become it."""
    spans = safe_text(text).split("`")
    if len(spans) % 2 == 0:
        return code(text, limit=len(text))
    return "".join(code(span, limit=len(span)) if place % 2 else _words(span) for place, span in enumerate(spans))


def block(lines: Iterable[str]) -> list[str]:
    """Lines as they are, in a block of HTML that nothing inside can end."""
    shown = [html.escape(safe_text(line)) for line in lines]
    return ["<pre>", *shown, "</pre>"]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; headings that begin with `>` are of columns that stand to the right. Cells are Markdown."""
    marks = ["---:" if name.startswith(">") else "---" for name in header]
    lines = [[name.removeprefix(">") for name in header], marks, *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def details(summary: str, lines: Iterable[str], name: str = "") -> list[str]:
    """Lines that unfold when the summary is clicked; it is plain words of ours, and may begin with a name."""
    named = f"<code>{html.escape(cut(safe_text(name), _CELL_CHARACTERS))}</code> " if name else ""
    return ["<details>", f"<summary>{named}{html.escape(summary)}</summary>", "", *lines, "", "</details>", ""]


def bar(part: int, whole: int, *, width: int = 12, shaded: int = 0) -> str:
    """A bar: `part` of `whole` in `width` cells, `shaded` of the part in another glyph; any part has a cell."""
    if whole <= 0 or part <= 0:
        return ""
    cells = max(1, round(width * part / whole))
    light = min(cells, max(1, round(width * shaded / whole))) if shaded else 0
    return _FULL * (cells - light) + _HALF * light


def others(count: int, what: str) -> list[str]:
    """A line for what a capped list leaves out, none where that is nothing."""
    return [f"{count:,} other {what}", ""] if count > 0 else []


def _words(text: str) -> str:
    return " ".join(
        word if not word or _PLAIN.fullmatch(word) else code(word, limit=len(word)) for word in text.split(" ")
    )
