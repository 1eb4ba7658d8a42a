"""The tricky archives of two other projects' tests, built here anew: names, sizes and outcomes are what these expect.

Go's `src/archive/tar/testdata` with the outcomes of `reader_test.go`, where Go itself is asked as well; and
libarchive's `test_compat_*` and `test_read_format_tar_*`.
"""

from pathlib import Path

import pytest

from layerscope.errors import DamagedTar
from tests.tar.blocks import END, GNU, V7, base256, header, long_name, member, octal, pax, pax_of, pax_record, read
from tests.tar.go_reader import build_go_reader, read_with_go

Entries = list[tuple[bytes, int]]

SMILEYS = "☺☻☹".encode() * 18
OLD_MAP = {"typeflag": b"S", **GNU}
SPARSE_0_1 = {"GNU__sparse__name": b"sparse.db", "GNU__sparse__size": b"1000", "GNU__sparse__numblocks": b"1"}
FROM_GO: dict[str, tuple[bytes, Entries | None]] = {
    "v7": (
        member(b"small.txt", b"Kilts", **V7) + member(b"small2.txt", b"Google.com\n", **V7) + END,
        [(b"small.txt", 5), (b"small2.txt", 11)],
    ),
    "star": (
        header(b"small.txt", size=octal(5), prefix=b"\0" * 131 + b"00000000000 00000000000", tail=bytes(8) + b"tar\0")
        + b"Kilts".ljust(512, b"\0")
        + END,
        [(b"small.txt", 5)],
    ),
    "pax": (
        pax_of(path=b"a/" + b"1" * 200, mtime=b"1350244992.023960108") + member(b"short", b"shaner\n") + END,
        [(b"a/" + b"1" * 200, 7)],
    ),
    "pax-bad-hdr-file": (pax(b"0 \xff\xff\xff\xff=\n") + member(b"f") + END, None),
    "pax-bad-hdr-large": (pax(b"x" * (2 << 20)) + member(b"f") + END, None),
    "pax-bad-mtime-file": (pax_of(mtime=b"invalid") + member(b"f") + END, None),
    "pax-pos-size-file": (
        pax_of(size=b"000000000000000000999") + header(b"foo", size=octal(0)) + b"x" * 999 + bytes(25) + END,
        [(b"foo", 999)],
    ),
    "pax-records": (
        pax_of(GOLANG__pkg=b"tar", comment=b"Hello, " + "世界".encode(), uname=b"long" * 30) + member(b"file") + END,
        [(b"file", 0)],
    ),
    "pax-global-records": (
        pax(pax_record(b"path", b"global1"), typeflag=b"g")
        + member(b"file1")
        + pax_of(path=b"file2")
        + member(b"x")
        + pax(pax_record(b"path", b""), typeflag=b"g")
        + member(b"file3")
        + END,
        [(b"file1", 0), (b"file2", 0), (b"file3", 0)],
    ),
    "gnu-multi-hdrs": (
        long_name(b"GNU1/long")
        + long_name(b"GNU2/GNU2/long-path-name")
        + long_name(b"GNU3/long", b"K")
        + long_name(b"GNU4/GNU4/long-linkpath-name", b"K")
        + header(b"foo", typeflag=b"2", **GNU)
        + END,
        [(b"GNU2/GNU2/long-path-name", 0)],
    ),
    "pax-multi-hdrs": (
        pax_of(path=b"PAX1/PAX1/long-path-name")
        + pax_of(linkpath=b"PAX4/PAX4/long-linkpath-name")
        + header(b"bar", typeflag=b"2")
        + END,
        [(b"bar", 0)],
    ),
    "gnu-incremental": (
        member(b"test2/", b"Yfoo\0Ysparse\0\0", typeflag=b"D", **GNU)
        + member(b"test2/foo", b"f" * 64, **GNU)
        + header(b"test2/sparse", real_size=octal(536_870_912), **OLD_MAP)
        + END,
        [(b"test2/", 14), (b"test2/foo", 64), (b"test2/sparse", 536_870_912)],
    ),
    "gnu-long-nul": (long_name(b"0123456789\0fudge") + member(b"bar", **GNU) + END, [(b"0123456789", 0)]),
    "gnu-utf8": (long_name(SMILEYS) + member(SMILEYS[:99], **GNU) + END, [(SMILEYS, 0)]),
    "gnu-not-utf8": (member(b"hi\x80\x81\x82\x83bye", **GNU) + END, [(b"hi\x80\x81\x82\x83bye", 0)]),
    "pax-nul-xattrs": (
        pax_of(SCHILY__xattr__user__k=b"v") + pax(pax_record(b"SCHILY.xattr.nul\0", b"v")) + member(b"f") + END,
        None,
    ),
    "pax-nul-path": (pax_of(path=b"PAX1\0long") + member(b"f") + END, None),
    "neg-size": (header(b"f", size=b"-0000000101\0") + END, None),
    "neg-size in base 256": (header(b"f", size=base256(-1), **GNU) + END, None),
    "issue10968": (pax(b"5 k=\n6 k=", typeflag=b"x") + member(b"f") + END, None),
    "issue11169": (pax(b"24 size=17179869184\n"[:12]) + member(b"f") + END, None),
    "issue12435": (pax_of(path=b"\0" * 12) + member(b"f") + END, None),
    "invalid-go17": (header(b"foo", prefix=b"a" * 97) + END, [(b"a" * 97 + b"/foo", 0)]),
    "ustar-file-devs": (header(b"file", major=b"0000001\0", minor=b"0000001\0") + END, [(b"file", 0)]),
    "gnu-nil-sparse-data": (
        header(
            b"sparse.db",
            size=octal(1000),
            sparse=octal(0) + octal(1000) + octal(1000) + octal(0),
            real_size=octal(1000),
            **OLD_MAP,
        )
        + b"d" * 1000
        + bytes(24)
        + END,
        [(b"sparse.db", 1000)],
    ),
    "gnu-nil-sparse-hole": (
        header(b"sparse.db", sparse=octal(1000) + octal(0), real_size=octal(1000), **OLD_MAP) + END,
        [(b"sparse.db", 1000)],
    ),
    "pax-nil-sparse-data": (
        pax_of(GNU__sparse__map=b"0,1000", **SPARSE_0_1) + member(b"GNUSparseFile.0/x", b"d" * 1000) + END,
        [(b"sparse.db", 1000)],
    ),
    "pax-nil-sparse-hole": (
        pax_of(GNU__sparse__map=b"1000,0", **SPARSE_0_1) + member(b"GNUSparseFile.0/x") + END,
        [(b"sparse.db", 1000)],
    ),
    "sparse map without its length": (
        pax_of(GNU__sparse__map=b"0,3", GNU__sparse__size=b"9") + member(b"x", b"abc") + END,
        None,
    ),
    "sparse type in another format": (header(b"x", typeflag=b"S", real_size=octal(9)) + END, None),
    "trailing-slash": (
        pax_of(path=b"123456789/" * 30) + header(b"short", typeflag=b"5") + END,
        [(b"123456789/" * 30, 0)],
    ),
    "hdr-only": (
        b"".join(header(b"n%d" % number, typeflag=b"%d" % number, size=octal(100)) for number in range(1, 7)) + END,
        [(b"n%d" % number, 0) for number in range(1, 7)],
    ),
    "writer-big": (header(b"tmp/16gig.txt", size=base256(16 << 30), **GNU) + b"x" * 512, None),
    "a name before a global header": (
        long_name(b"lost") + pax(pax_record(b"comment", b"c"), typeflag=b"g") + member(b"kept") + END,
        [(b"kept", 0)],
    ),
    "cut within the end": (member(b"f", b"x") + bytes(100), None),
}
FROM_LIBARCHIVE: dict[str, tuple[bytes, Entries | None]] = {
    "compat_gtar_1": (
        long_name(b"1234567890" * 20)
        + member(b"1" * 100, **GNU)
        + long_name(b"1234567890" * 20, b"K")
        + long_name(b"abcdefghij" * 20)
        + header(b"a" * 100, typeflag=b"2", **GNU)
        + END,
        [(b"1234567890" * 20, 0), (b"abcdefghij" * 20, 0)],
    ),
    "compat_gtar_2": (
        header(b"file_with_big_uid_gid", uid=base256(1 << 41, 8), gid=base256(1 << 42, 8), **GNU) + END,
        [(b"file_with_big_uid_gid", 0)],
    ),
    "compat_plexus_archiver_tar": (
        header(b"commons-logging-1.2/NOTICE.txt", mode=b" 100664 ", size=b"        12 \0") + b"x" * 512 + END,
        [(b"commons-logging-1.2/NOTICE.txt", 10)],
    ),
    "compat_perl_archive_tar": (
        header(b"file1", mode=b"  0644\0", size=b"          5\0") + b"file1".ljust(512, b"\0") + END,
        [(b"file1", 5)],
    ),
    "compat_tar_hardlink": (
        member(b"xmcd-3.3.2/docs_d/READMf", b"x" * 321)
        + header(b"xmcd-3.3.2/README", typeflag=b"1", linkname=b"xmcd-3.3.2/docs_d/READMf", size=octal(321))
        + END,
        [(b"xmcd-3.3.2/docs_d/READMf", 321), (b"xmcd-3.3.2/README", 0)],
    ),
    "compat_solaris_pax_sparse": (
        pax(pax_record(b"SUN.holesdata", b" 0 6 "), typeflag=b"X") + member(b"hole", b"a" * 6) + END,
        [(b"hole", 6)],
    ),
    "read_format_tar_empty_pax": (pax(b"") + member(b"empty") + END, [(b"empty", 0)]),
    "read_format_tar_invalid_pax_size": (pax_of(size=b"-9223372036854775808") + member(b"f") + END, None),
    "read_format_tar_empty_filename": (header(b"", typeflag=b"5") + END, [(b"", 0)]),
    "read_format_tar_concatenated": (member(b"first") + END + member(b"second") + END, [(b"first", 0)]),
    "read_format_gtar_sparse_exceeds_length": (
        header(b"s", size=octal(512), sparse=octal(0) + octal(513), real_size=octal(512), **OLD_MAP) + b"d" * 512 + END,
        None,
    ),
    "read_pax_truncated": (pax_of(path=b"p")[:600], None),
}


def outcome(tar: bytes) -> Entries | None:
    """Names and apparent sizes, None for damage."""
    try:
        found = [member.record for member in read(tar)]
    except DamagedTar:
        return None
    return [(record.name, record.sparse.apparent_bytes if record.sparse else record.size) for record in found]


@pytest.mark.parametrize("name", FROM_GO)
def test_archives_of_go(name: str) -> None:
    tar, expected = FROM_GO[name]
    assert outcome(tar) == expected


@pytest.mark.parametrize("name", FROM_LIBARCHIVE)
def test_archives_of_libarchive(name: str) -> None:
    tar, expected = FROM_LIBARCHIVE[name]
    assert outcome(tar) == expected


def test_go_says_the_same_of_what_it_knows(tmp_path: Path) -> None:
    answers = read_with_go([tar for tar, _ in FROM_GO.values()], build_go_reader(tmp_path))
    found = {
        name: None if answer.error else list(zip(answer.names, answer.sizes, strict=True))
        for name, answer in zip(FROM_GO, answers, strict=True)
    }
    # A type without contents keeps the size that its header has.
    found["hdr-only"] = [(name, 0) for name, _ in found["hdr-only"] or []]
    assert found == {name: expected for name, (_, expected) in FROM_GO.items()}
