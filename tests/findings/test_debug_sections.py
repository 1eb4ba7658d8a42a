"""What the rule `debug-sections` finds and what it leaves alone."""

import shlex
import struct

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

PATH = "usr/local/lib/python3.12/site-packages/x/libx.so"


def library(debug_bytes: int, text_bytes: int = 1_000) -> bytes:
    """A shared library of one section of code and one of debug information (System V ABI, chapter 4)."""
    names = b"\0.text\0.debug_info\0.shstrtab\0"
    parts = [b"t" * text_bytes, b"d" * debug_bytes, names]
    starts = [64, 64 + text_bytes, 64 + text_bytes + debug_bytes]
    table = 64 + sum(map(len, parts))
    header = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 0, table, 0, 64, 56, 0, 64, 4, 3)
    sections = bytes(64)
    for name, kind, part, start in zip((1, 7, 19), (1, 1, 3), parts, starts, strict=True):
        sections += struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, start, len(part), 0, 0, 1, 0)
    return header + b"".join(parts) + sections


def test_promises_the_debug_information_and_not_the_library():
    [finding] = only(findings_of([[file(PATH, library(2_000_000))]]), "debug-sections")
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (2_000_000, 2_000_000)
    assert finding.evidence == (f"{PATH}: 2.0 MB of 2.0 MB",)


def test_names_the_files_to_strip_largest_first_and_none_of_the_distributions():
    sizes_bytes = {f"opt/x y/{number}.so": 2_000_000 + number for number in range(6)} | {"usr/lib/d.so": 3_000_000}
    items = [file(path, library(size_bytes)) for path, size_bytes in sizes_bytes.items()]
    [finding] = only(findings_of([items], owned={"usr/lib/d.so": "dpkg:d"}), "debug-sections")
    assert finding.dockerfile[2] == "    && strip --strip-debug \\"
    assert finding.dockerfile[3:] == (
        "        '/opt/x y/5.so' \\",
        "        '/opt/x y/4.so' \\",
        "        '/opt/x y/3.so' \\",
        "        '/opt/x y/2.so' \\",
        "        '/opt/x y/1.so'",
    )


def test_a_hostile_name_stays_one_word_of_the_instruction():
    path = "opt/$(reboot)'\n;\x1b.so"
    [finding] = only(findings_of([[file(path, library(2_000_000))]]), "debug-sections")
    assert shlex.split(finding.dockerfile[-1]) == ["/opt/$(reboot)'\\x0a;\\x1b.so"]


def test_leaves_separate_symbols_and_hidden_files_to_their_rules():
    separate = file("usr/lib/debug/.build-id/ab/cd.debug", library(2_000_000), mode=0o755)
    assert not only(findings_of([[separate]]), "debug-sections")
    assert not only(findings_of([[file(PATH, library(2_000_000))], [whiteout(PATH)]]), "debug-sections")


def test_leaves_stripped_libraries_little_and_images_for_development_alone():
    items = [file(PATH, library(0, 2_000_000)), file(PATH + ".1", library(50_000))]
    assert not only(findings_of([items]), "debug-sections")
    assert not only(findings_of([[file(PATH, library(2_000_000))]], purpose=Purpose.DEV), "debug-sections")
