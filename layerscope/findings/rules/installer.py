"""Downloaded packages, installers and archives that were only there to be installed from."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("installer")
    rows = rows[~case.is_owned[rows]]
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_files(case, part))


RULE = Rule(
    id="installer",
    title="installers are in the image",
    find=_find,
    why="A downloaded package, installer or archive of sources is no longer needed once it has been installed.",
    fix="Mount it while it is installed, or fetch it, install it and delete it in one instruction.",
    dockerfile=(
        "RUN --mount=type=bind,source=tool.deb,target=/tmp/tool.deb \\",
        "    apt-get install -y --no-install-recommends /tmp/tool.deb",
        "# or:",
        "RUN curl -fsSLo /tmp/install.sh https://example.org/install.sh \\",
        "    && sh /tmp/install.sh && rm /tmp/install.sh",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=100_000,
    order=20,
)
