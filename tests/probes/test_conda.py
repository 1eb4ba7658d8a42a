"""A package's record in an environment, as rattler (0.28) wrote it with other folders; broken and big ones."""

import json

import pytest

from layerscope.probes import conda
from layerscope.probes.conda import CondaPackage
from tests.probes.reading import mutants, read

PATH = "opt/conda/conda-meta/tiny-1.2-h0_0.json"
RECORD = b"""{
  "build": "h0_0",
  "build_number": 0,
  "depends": [],
  "license": "MIT",
  "name": "tiny",
  "sha256": "ddc9c361ca7c992713b39641b9c184d7df61a20240751efdac6f06e30a05d1c2",
  "size": 614,
  "subdir": "noarch",
  "version": "1.2",
  "fn": "tiny-1.2-h0_0.tar.bz2",
  "url": "file:///channel/noarch/tiny-1.2-h0_0.tar.bz2",
  "extracted_package_dir": "/opt/conda/pkgs/tiny-1.2-h0_0",
  "requested_specs": [],
  "files": [
    "bin/tiny",
    "lib/tiny/a.txt",
    "share/with space"
  ],
  "paths_data": {
    "paths_version": 1,
    "paths": [
      {"_path": "bin/tiny", "path_type": "hardlink", "size_in_bytes": 10},
      {"_path": "lib/tiny/a.txt", "path_type": "hardlink", "size_in_bytes": 4}
    ]
  },
  "link": {
    "source": "/opt/conda/pkgs/tiny-1.2-h0_0",
    "type": 1
  }
}"""
FILES = b"bin/tiny\nlib/tiny/a.txt\nshare/with space"


def test_a_record() -> None:
    expected = CondaPackage("tiny", "1.2", "h0_0", 614, "hardlink", "/opt/conda/pkgs/tiny-1.2-h0_0", FILES)
    assert read(conda.PROBES, PATH, RECORD) == expected
    assert read(conda.PROBES, "conda-meta/tiny.json", RECORD) == expected


def test_a_record_with_the_least() -> None:
    document = {"name": "a", "version": "1", "size": -1, "link": {"type": True}, "files": ["a\nb", 3, "\ud800", "c"]}
    found = read(conda.PROBES, PATH, json.dumps(document).encode())
    assert found == CondaPackage("a", "1", "", None, "", "", b"\xed\xa0\x80\nc")


def test_half_a_character_in_a_name_is_replaced() -> None:
    found = read(conda.PROBES, PATH, b'{"name": "a\\ud800", "version": "\\udfff1"}')
    assert (found.name, found.version) == ("a?", "?1")


def test_many_files() -> None:
    files = [f"lib/python3.12/site-packages/pkg/{number}.py" for number in range(100_000)]
    paths = [{"_path": name, "path_type": "hardlink", "sha256": "0" * 64, "size_in_bytes": 1} for name in files]
    document = {"name": "big", "version": "1", "files": files, "paths_data": {"paths": paths}}
    found = read(conda.PROBES, PATH, json.dumps(document, indent=2).encode())
    assert found.lines.decode().split("\n") == files


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"name": "a"}', "no version"),
        (b"[]", "no version"),
        (b'{"name": {"name": "x"}, "version": "1"}', "no version"),
        (b"[" * 400_000, "too deeply"),
        (b"[" + b"[]," * 500_001 + b"1]", "too many values"),
        (b"[" + b"1," * 1_000_001 + b"1]", "too many values"),
        (b'{"name": "' + "é".encode() * (5 << 20) + b'"}', "not plain ASCII"),
        (b'{"name": ' + b"9" * 10_000 + b"}", "digits"),
        (b"\xff\xfe\x00", "decode"),
    ],
    ids=["no version", "list", "nested name", "deep", "lists", "numbers", "wide", "long number", "no text"],
)
def test_bounds(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(conda.PROBES, PATH, content)


def test_mutants_are_read_or_refused() -> None:
    for content in mutants(RECORD, 1_000):
        try:
            found = read(conda.PROBES, PATH, content)
        except ValueError:
            continue
        assert found.name
        assert found.version
