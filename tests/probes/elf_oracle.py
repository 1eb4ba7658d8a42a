"""What pyelftools says about an ELF file, as the facts that the probe gives."""

from io import BytesIO
from typing import Any

from elftools.elf.elffile import ELFFile

from layerscope.probes.elf import ElfFacts
from layerscope.probes.elf_sections import DeviceSection

_STRINGS = {"DT_SONAME": "soname", "DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}
_FATBINS = (".nv_fatbin", "__nv_relfatbin")
_OTHERS = (".cask_resource", ".ldata")


def facts_by_pyelftools(content: bytes) -> ElfFacts:
    """Every field, by another reader."""
    elf = ELFFile(BytesIO(content))
    sums = {".debug_": 0, ".symtab": 0}
    device = []
    for section in elf.iter_sections():
        name, size, kind = section.name, section["sh_size"], section["sh_type"]
        if kind == "SHT_NOBITS":
            continue
        if not section["sh_flags"] & 2:
            sums[".debug_"] += size * name.startswith((".debug_", ".zdebug_", ".gdb_index"))
            sums[".symtab"] += size * (name in (".symtab", ".strtab"))
        elif kind == "SHT_PROGBITS" and (name in _FATBINS or (size > 65_536 and _is_nvidia(name))):
            device.append(DeviceSection(name, section["sh_offset"], size))
    return ElfFacts(
        **_names(elf),
        machine=_machine(elf["e_machine"]),
        is_64bit=elf.elfclass == 64,
        type=elf["e_type"].removeprefix("ET_").lower(),
        debug_bytes=sums[".debug_"],
        symbol_bytes=sums[".symtab"],
        device_sections=tuple(device),
    )


def _is_nvidia(name: str) -> bool:
    return name in _OTHERS or (name.startswith((".nv", "__nv")) and name != ".nvFatBinSegment")


def _machine(name: Any) -> str:
    if isinstance(name, int):
        return str(name)
    return "i386" if name == "EM_386" else name.removeprefix("EM_").lower()


def _names(elf: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(("soname", "rpath", "runpath", "build_id", "interpreter"))
    needed = []
    for segment in elf.iter_segments():
        if segment["p_type"] == "PT_INTERP":
            found["interpreter"] = segment.get_interp_name()
        elif segment["p_type"] == "PT_NOTE":
            kind = ("GNU", "NT_GNU_BUILD_ID")
            notes = [note for note in segment.iter_notes() if (note["n_name"], note["n_type"]) == kind]
            found["build_id"] = found["build_id"] or (notes[0]["n_desc"] if notes else None)
        elif segment["p_type"] == "PT_DYNAMIC":
            for tag in segment.iter_tags():
                name = tag.entry.d_tag
                if name == "DT_NEEDED":
                    needed.append(tag.needed)
                elif name in _STRINGS:
                    found[_STRINGS[name]] = getattr(tag, _STRINGS[name])
    return {**found, "needed": tuple(needed)}
