"""What COPY and ADD brought out of the build context although no application needs it."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from layerscope.findings.build_context import ContextCopy, context_copies
from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files, tell_instruction
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.units import safe_text

_FOLDERS = frozenset(
    b".git .svn .hg __pycache__ .pytest_cache .mypy_cache .ruff_cache .tox .nox .ipynb_checkpoints .idea .vscode"
    b" node_modules".split()
)
_DATA_FOLDERS = frozenset(
    b"data dataset datasets models checkpoints weights runs outputs wandb mlruns lightning_logs".split()
)
_SAMPLES = (b".example", b".sample", b".template", b".dist")
_SITE = frozenset((b"site-packages", b"dist-packages"))
_LEAST_DATA_BYTES = 1_000_000
_ENVIRONMENT_DEPTH = 16


def _find(case: Case) -> Iterator[Claim]:
    for copy in context_copies(case):
        yield _claim(case, copy, f"layer {copy.layer}", _debris(copy))
        if copy.is_whole:
            yield _claim(case, copy, f"layer {copy.layer}, data", _data(case, copy), Confidence.LOW)


def _claim(
    case: Case, copy: ContextCopy, subject: str, found: dict[str, list[int]], confidence: Confidence | None = None
) -> Claim:
    rows = np.array(sorted(row for members in found.values() for row in members), dtype=np.int64)
    return Claim(
        subject=subject,
        rows=rows,
        evidence=(tell_instruction(case, copy.layer, "brings them"), *list_files(case, rows)) if len(rows) else (),
        dockerfile=("# in .dockerignore:", *sorted(found)),
        confidence=confidence,
    )


def _debris(copy: ContextCopy) -> dict[str, list[int]]:
    """The rows that each line of .dockerignore would have kept out."""
    environments = {path.removesuffix(b"/pyvenv.cfg") for path in copy.paths.values() if path.endswith(b"/pyvenv.cfg")}
    found: dict[str, list[int]] = defaultdict(list)
    for row, path in copy.paths.items():
        line = _line(path, environments)
        if line is not None:
            found[line].append(row)
    return found


def _line(path: bytes, environments: set[bytes]) -> str | None:
    *folders, name = path.split(b"/")
    for position, folder in enumerate(folders):
        if environments and position < _ENVIRONMENT_DEPTH and b"/".join(folders[: position + 1]) in environments:
            return "**/" + safe_text(folder)
        if folder in _SITE:
            # Byte code beside installed packages was put there on purpose.
            return None
        if folder in _FOLDERS:
            return "**/" + folder.decode()
    if name == b".env":
        return "**/.env"
    if name.startswith(b".env.") and not name.endswith(_SAMPLES):
        return "**/.env.*"
    return next((f"**/*{end.decode()}" for end in (b".pyc", b".ipynb") if name.endswith(end)), None)


def _data(case: Case, copy: ContextCopy) -> dict[str, list[int]]:
    """Large folders of data or models at the top of the context; one with code in it is part of the application."""
    by_folder: dict[bytes, list[int]] = defaultdict(list)
    code = set()
    for row, path in copy.paths.items():
        folder, slash, _ = path.partition(b"/")
        if slash and folder in _DATA_FOLDERS:
            by_folder[folder].append(row)
            if path.endswith((b".py", b".so", b".js", b".ts")):
                code.add(folder)
    return {
        folder.decode() + "/": rows
        for folder, rows in by_folder.items()
        if folder not in code and int(case.index.sizes[rows].sum()) >= _LEAST_DATA_BYTES
    }


RULE = Rule(
    id="dockerignore",
    title="the build context brings what the application does not need",
    find=_find,
    why="`COPY .` takes all that .dockerignore does not name: histories, environments, caches, secrets and data.",
    fix="Write these lines into .dockerignore.",
    order=61,
)
