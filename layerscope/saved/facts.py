"""Which facts of probes are saved: what can be said of a single file, not the lists that made owners."""

from msgspec.structs import replace

from layerscope.layers.scan import LayerScan
from layerscope.probes.elf import ELF, ElfFacts
from layerscope.probes.model_fact import ModelFile
from layerscope.probes.model_file import MODEL_FILE
from layerscope.probes.os_release import OS_RELEASE, OsRelease
from layerscope.probes.secrets import SECRET_FILE, SecretFile
from layerscope.probes.static_archive import STATIC_ARCHIVE, StaticArchive

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
