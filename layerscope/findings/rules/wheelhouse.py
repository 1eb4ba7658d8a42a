"""Wheels and source distributions that were only there to be installed from."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files, tell_instruction
from layerscope.findings.rule import Claim, Rule
from layerscope.findings.selection import by_party

# Wheels that Python itself installs pip from (PEP 453) belong to Python.
_BUNDLED = b"/ensurepip/_bundled/"


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("wheelhouse")
    rows = rows[~case.is_owned[rows]]
    rows = case.rows_where(rows, lambda path: _BUNDLED not in b"/" + path)
    for part in by_party(case, rows):
        layers = sorted(set(case.index.layers[part].tolist()))
        brought = tuple(tell_instruction(case, layer, "brings them") for layer in layers[:4])
        yield Claim(rows=part, evidence=(*brought, *list_files(case, part)))


RULE = Rule(
    id="wheelhouse",
    title="wheels are in the image beside what was installed from them",
    find=_find,
    why="A wheel is no longer needed once it is installed, and deleting it in a later layer saves nothing.",
    fix="Mount the wheels while pip runs instead of copying them.",
    dockerfile=(
        "RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels \\",
        "    pip install --no-cache-dir --no-index --find-links=/wheels -r /wheels/requirements.txt",
        "# or, where the wheels are in the build context:",
        "RUN --mount=type=bind,source=wheels,target=/wheels \\",
        "    pip install --no-cache-dir --no-index --find-links=/wheels app",
    ),
    least_bytes=1_000,
    order=20,
)
