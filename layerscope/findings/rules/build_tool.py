"""System packages for developers: editors, debuggers, version control, build systems."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party, rows_of_category_and_packages


def _find(case: Case) -> Iterator[Claim]:
    rows = rows_of_category_and_packages(case, "build-tool")
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_packages(case, part))


RULE = Rule(
    id="build-tool",
    title="editors, debuggers or build tools are in the image",
    find=_find,
    why="They serve people who build and debug; a running service needs none of them, unless it calls one by name.",
    fix="Install them in a build stage or a stage for development, and copy only results into the final one.",
    dockerfile=(
        "FROM base AS builder",
        "RUN apt-get update && apt-get install -y --no-install-recommends git cmake && rm -rf /var/lib/apt/lists/*",
        "FROM base AS prod",
        "COPY --from=builder /src/out /app",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=100_000,
    purposes=(Purpose.PROD,),
    order=42,
)
