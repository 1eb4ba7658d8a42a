"""Rows of the screen CUDA/ML: GPU code by architecture and kind."""

import shlex
from collections import defaultdict

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.knowledge.gpu_names import gpus_of
from layerscope.tui.view_model.detail import Detail, section
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.units import human_bytes, human_share, safe_text

_UNREAD_SHOWN = 5
_AT_REST = frozenset(("docker-archive", "oci-archive", "oci-dir"))
_ENGINES = frozenset(("docker", "podman"))
_KINDS = {
    "sass": "machine code",
    "ptx": "PTX, a driver compiles it",
    "lto-ir": "code to be linked when a program starts",
}


class GpuCodeRow(Struct, frozen=True):
    """The code of one kind for one architecture; `gpus` are examples, None where none is known."""

    architecture: str
    kind: str
    gpus: str | None
    size_bytes: int
    pieces: int
    libraries: int


def gpu_code_rows(analysis: Analysis) -> tuple[GpuCodeRow, ...]:
    """What each architecture takes, most first; nothing where device code was not read."""
    report = analysis.device_code
    if report is None:
        return ()
    size_bytes: dict[tuple[str, str], int] = defaultdict(int)
    pieces: dict[tuple[str, str], int] = defaultdict(int)
    libraries: dict[tuple[str, str], set[int]] = defaultdict(set)
    for library in report.libraries:
        for entry in library.code.entries:
            key = (entry.architecture, entry.kind)
            size_bytes[key] += entry.size_bytes
            pieces[key] += entry.count
            libraries[key].add(library.row)
    rows = (GpuCodeRow(*key, gpus_of(key[0]), size_bytes[key], pieces[key], len(libraries[key])) for key in size_bytes)
    return tuple(sorted(rows, key=lambda row: (-row.size_bytes, row.architecture, row.kind)))


def gpu_code_detail(analysis: Analysis, row: GpuCodeRow) -> Detail:
    """Which libraries hold code for an architecture."""
    held: dict[int, int] = {}
    for library in analysis.device_code.libraries if analysis.device_code else ():
        size_bytes = sum(
            entry.size_bytes
            for entry in library.code.entries
            if (entry.architecture, entry.kind) == (row.architecture, row.kind)
        )
        if size_bytes:
            held[library.row] = size_bytes
    live_bytes = analysis.index.live_bytes
    unread = len(analysis.device_code.unread) if analysis.device_code else 0
    return Detail(
        f"{row.architecture} {row.kind}",
        (
            *section("Runs on", *_runs_on(row)),
            *section("What it is", _KINDS.get(row.kind, "")),
            *section("Size", f"{human_bytes(row.size_bytes)}, {human_share(row.size_bytes, live_bytes)} of live bytes"),
            *section("Pieces", f"{row.pieces:,} in {row.libraries:,} files"),
            *section("Not read", f"{unread} libraries, which may hold more" if unread else ""),
        ),
        FileRows(analysis, sorted(held, key=lambda at: (-held[at], at)), lambda at: f"{human_bytes(held[at])} of it"),
    )


def without_gpu_code(analysis: Analysis, key: str | None = None) -> Detail:
    """Why there are no rows, and how to see some: by a key, where there is one, or by commands."""
    if analysis.device_code is None:
        why = "It takes a second look into every library, so it is read where somebody asks for it."
        how = "It says what each GPU architecture takes, and which libraries hold code for GPUs that you do not have."
        press = section("Press", f"{key} to read it now, which takes some seconds" if key else "")
        run = section("Run", *how_to_read_gpu_code(analysis), is_code=True)
        return Detail("GPU code was not read", (*section("", why, how), *press, *run))
    unread = analysis.device_code.unread
    return Detail("No GPU code", section("Not read", *unread[:_UNREAD_SHOWN], _and_more(len(unread))))


def how_to_read_gpu_code(analysis: Analysis) -> tuple[str, ...]:
    """The commands that show GPU code by architecture; only layers that nothing compressed can be read for it."""
    reference, source = shlex.quote(safe_text(analysis.image.reference)), analysis.image.source
    if is_at_rest(analysis):
        return (f"layerscope analyze {reference} --device-code",)
    engine = source if source in _ENGINES else "docker"
    name = reference if source in _ENGINES else "IMAGE"
    return (f"{engine} save {name} --output image.tar", "layerscope analyze image.tar --device-code")


def is_at_rest(analysis: Analysis) -> bool:
    """Whether libraries can be looked into where they lie: in an archive or a layout that nothing compressed."""
    return analysis.image.source in _AT_REST and all(scan.compression == "none" for scan in analysis.index.scans)


def _runs_on(row: GpuCodeRow) -> tuple[str, ...]:
    newer = "newer GPUs too, after compiling it at the start" if row.kind == "ptx" else ""
    return tuple(filter(None, (row.gpus, newer)))


def _and_more(count: int) -> str:
    return f"and {count - _UNREAD_SHOWN} more" if count > _UNREAD_SHOWN else ""
