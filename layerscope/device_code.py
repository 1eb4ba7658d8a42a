"""CUDA device code of all live libraries: what each GPU architecture takes, read on demand from layers at rest."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from layerscope.blob.access import LayerAccess, SeekAccess
from layerscope.errors import ImageError
from layerscope.index.file_index import FileIndex
from layerscope.layers.seeking import AtRestView
from layerscope.probes.cuda_fatbin import DeviceCode, DeviceCodeTotal, read_device_code
from layerscope.twins import live_libraries
from layerscope.units import safe_text


class LibraryCode(Struct, frozen=True):
    """The device code of one live file."""

    row: int
    code: DeviceCode


class DeviceCodeReport(Struct, frozen=True):
    """The device code of an image, the largest files first; `unread` says which could not be read, and why."""

    libraries: tuple[LibraryCode, ...]
    unread: tuple[str, ...]

    @property
    def totals(self) -> tuple[DeviceCodeTotal, ...]:
        """All files added up, by architecture, kind and compression, the most bytes first."""
        sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for library in self.libraries:
            for entry in library.code.entries:
                total = sums[entry.architecture, entry.kind, entry.compression]
                total[0] += entry.count
                total[1] += entry.size_bytes
        found = [DeviceCodeTotal(*key, *total) for key, total in sums.items()]
        return tuple(sorted(found, key=lambda item: (-item.size_bytes, item.architecture, item.kind, item.compression)))


def measure_device_code(
    index: FileIndex, accesses: Mapping[int, LayerAccess], advance: Callable[[int], None] = lambda _: None
) -> DeviceCodeReport:
    """Read the headers of all device code; `accesses` are of the layers at rest, by the `id()` of their scans.

    A file that passed by in a stream is not read, and said to be so.
    """
    libraries, unread = [], []
    for row, view, sections in _candidates(index, accesses):
        path = f"/{safe_text(index.path(row))}"
        if view is None:
            unread.append(f"{path} passed by; device code is read from archives with uncompressed layers only.")
            continue
        try:
            code = read_device_code(view, sections)
        except (ValueError, ImageError) as error:
            unread.append(f"{path} cannot be read for device code: {safe_text(str(error)[:200])}.")
            continue
        advance(int(index.sizes[row]))
        if code.entries:
            libraries.append(LibraryCode(row, code))
    ordered = sorted(libraries, key=lambda item: (-sum(entry.size_bytes for entry in item.code.entries), item.row))
    return DeviceCodeReport(tuple(ordered), tuple(unread))


_Candidate = tuple[int, AtRestView | None, tuple[tuple[str, int, int], ...]]


def _candidates(index: FileIndex, accesses: Mapping[int, LayerAccess]) -> Iterator[_Candidate]:
    """Live files with sections that may hold device code, a view of each and those sections."""
    for row, facts in live_libraries(index):
        if facts.device_sections:
            layer = int(index.layers[row])
            scan, at = index.scans[layer], row - int(index.bounds[layer])
            access = accesses.get(id(scan))
            start, size = int(scan.content_starts[at]), int(scan.sizes[at])
            view = AtRestView(access.reader, start, size) if isinstance(access, SeekAccess) else None
            yield row, view, tuple((item.name, item.offset_bytes, item.size_bytes) for item in facts.device_sections)
