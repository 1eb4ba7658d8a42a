"""Images for tests of reports: analysed from memory, and one with names that nobody would want in a report."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import layerscope
from layerscope.analysis import Analysis
from tests.images import Item, docker_archive, file, layer

# What tries to act on a terminal, a page, a table, a job log or an XML parser.
HOSTILE_NAMES = (
    "=1+1",
    "@here",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "<script>alert(1)</script>",
    "</code><img src=x onerror=alert(1)>",
    "]]><!-- x -->",
    "|pipe|`tick`|*bold*|_it_|[a](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "@octocat #12 !34 ~bug www.evil.example a@evil.example :tada: $x$",
    "::error file=a::b",
    "line\nbreak\r::error::x",
    "\x1b[31mred\x07\x9b",
    "bidi\u202eexe.\u2066",
    "\ufffe\uffff",
    "a%0Ab",
    "tab\tnul\x01",
    "bytes\udcff\udcfe",
    "\"quote\", 's' & co; \\",
    "x" * 250,
)


def analysis_of(folder: Path, *layers: Sequence[Item], **config: Any) -> Analysis:
    """The analysis of an image made of these layers."""
    path = folder / "image.tar"
    path.write_bytes(docker_archive([layer(*items) for items in layers], flavour="old", **config))
    return layerscope.analyze(str(path))


def hostile_image(folder: Path) -> Analysis:
    """An image whose files, package, instructions and user have such names, each where a report shows it."""
    status = "".join(
        f"Package: p{number}{name}\nStatus: install ok installed\nVersion: {name}\nArchitecture: all\n\n"
        for number, name in enumerate(HOSTILE_NAMES)
        if not set("\n\r") & set(name)
    )
    caches = [file(f"root/.cache/pip/http/{name}", b"c" * 2_000 * (number + 1)) for number, name in _numbered()]
    history = [
        {"created_by": f"RUN /bin/sh -c echo {' '.join(HOSTILE_NAMES)} # buildkit".encode("utf-8", "replace").decode()},
        {"created_by": "RUN /bin/sh -c rm -rf /var/tmp/x # buildkit"},
    ]
    return analysis_of(
        folder,
        [
            file("var/lib/dpkg/status", status.encode("utf-8", "surrogateescape")),
            *caches,
            *(file(f"opt/{name}", b"d" * (number + 1)) for number, name in _numbered()),
            *(
                file(f"var/lib/dpkg/info/p{number}{name}.list", f"/opt/{name}\n".encode("utf-8", "surrogateescape"))
                for number, name in _numbered()
                if not set("\n\r/") & set(name)
            ),
        ],
        [file(f"opt/{name}", b"e" * (number + 2)) for number, name in _numbered()],
        history=history,
        user="<b>@root</b>",
    )


def _numbered() -> list[tuple[int, str]]:
    return [(number, name.replace("/", "\u2215")) for number, name in enumerate(HOSTILE_NAMES)]
