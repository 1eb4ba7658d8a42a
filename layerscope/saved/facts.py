"""Which facts of probes are saved: what can be said of a single file, not the lists that made owners."""

from dataclasses import dataclass, replace
from typing import Any

from layerscope.layers.scan import Fact, LayerScan
from layerscope.probes.elf import ELF, ElfFacts
from layerscope.probes.model_fact import ModelFile
from layerscope.probes.model_file import MODEL_FILE
from layerscope.probes.os_release import OS_RELEASE, OsRelease
from layerscope.probes.secrets import SECRET_FILE, SecretFile
from layerscope.probes.static_archive import STATIC_ARCHIVE, StaticArchive
from layerscope.saved.codec import Resolve, Sink, Source, as_count, as_list
from layerscope.saved.records import unknown

# Databases and file lists of package managers would double the file, and `Owners` says what came of them.
FACT_TYPES: dict[str, type] = {
    ELF: ElfFacts,
    MODEL_FILE: ModelFile,
    OS_RELEASE: OsRelease,
    SECRET_FILE: SecretFile,
    STATIC_ARCHIVE: StaticArchive,
}


def without_lists(scan: LayerScan) -> LayerScan:
    """A scan with those facts alone that are saved."""
    return replace(scan, facts=tuple(fact for fact in scan.facts if fact.probe in FACT_TYPES))


@dataclass(frozen=True, slots=True)
class FactCodec:
    """A fact, whose value is of its probe's type."""

    resolve: Resolve

    def write(self, value: Fact, sink: Sink, /) -> Any:
        """The row, the probe and the value."""
        return [value.row, value.probe, self.resolve(FACT_TYPES[value.probe]).write(value.value, sink)]

    def read(self, data: Any, source: Source, /) -> Fact:
        """The fact; whether its scan has such a row is not known yet."""
        row, probe, item = as_list(data, 3)
        kind = FACT_TYPES.get(probe) if type(probe) is str else None
        if kind is None:
            raise unknown("what a probe of another version found")
        return Fact(as_count(row), probe, self.resolve(kind).read(item, source))
