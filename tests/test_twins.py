"""Functional duplicates in generated images, against a model that compares all pairs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layerscope.index.owners import FileList, Package, assign_owners
from layerscope.probes import PROBES
from layerscope.twins import FunctionalDuplicate, base_soname, find_twins
from tests.images import Item, file, hardlink, whiteout
from tests.indexing import index_of
from tests.probes.elf_images import SONAME, Elf

SIZE_BYTES = 100_000
DPKG, PYTHON, CONDA = (
    Package("dpkg", "libx", "2:12.4.127-1ubuntu1"),
    Package("python", "x", "12.4.127"),
    Package("conda", "x", "12.4.127"),
)
OLDER = Package("python", "x", "12.4.99")


def library(
    soname: str = "libx.so.12", fill: bytes = b"x", *, build_id: bytes | None = None, size_bytes: int = SIZE_BYTES
) -> bytes:
    """A shared library, filled up to a size."""
    content = Elf(build_id=build_id, dynamic=[(SONAME, soname.encode())]).build()
    return content + fill * (size_bytes - len(content))


def twins_of(*layers: list[Item], owned: dict[str, Package] | None = None) -> tuple[FunctionalDuplicate, ...]:
    index = index_of(layers, probes=PROBES)
    lists = [
        FileList(package, row, (index.path(row),))
        for row in range(len(index))
        if (package := (owned or {}).get(index.path(row).decode()))
    ]
    return find_twins(index, assign_owners(index, lists))


def two(one: bytes, other: bytes, *packages: Package) -> tuple[FunctionalDuplicate, ...]:
    """The twins among two files, with the owners of the first and the second."""
    owned = dict(zip(("a/libx.so.12", "b/libx.so.12"), packages, strict=False))
    return twins_of([file("a/libx.so.12", one), file("b/libx.so.12", other)], owned=owned)


def test_a_library_that_was_patched_is_the_same_build() -> None:
    one, other = library(build_id=b"\xab" * 20), library(build_id=b"\xab" * 20, size_bytes=SIZE_BYTES + 4_096)
    assert two(one, other) == (FunctionalDuplicate("libx.so.12", None, "ab" * 20, (1, 0), SIZE_BYTES),)


def test_a_stripped_build_may_have_any_size() -> None:
    one, other = library(build_id=b"\xab" * 20), library(build_id=b"\xab" * 20, size_bytes=9 * SIZE_BYTES)
    assert [twin.waste_bytes for twin in two(one, other)] == [SIZE_BYTES]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("libgomp-a34b3233.so.1.0.0", "libgomp.so.1.0.0"),
        ("libcudart-80664282.so.10.2", "libcudart.so.10.2"),
        ("libgfortran-040039e1.so.5", "libgfortran.so.5"),
        ("libz.1a2b3c4d.so", "libz.so"),
        ("libcudart.so.12", "libcudart.so.12"),
        ("libnvrtc-builtins.so.12.4", "libnvrtc-builtins.so.12.4"),
        ("lib-deadbee.so", "lib-deadbee.so"),
    ],
)
def test_hashes_in_names_of_bundled_libraries(name: str, base: str) -> None:
    assert base_soname(name) == base


def test_a_bundled_library_is_the_one_that_it_was_copied_from() -> None:
    build_id = b"\xab" * 20
    [twin] = two(library("libgomp.so.1", build_id=build_id), library("libgomp-a34b3233.so.1", build_id=build_id))
    assert (twin.soname, twin.rows, twin.waste_bytes) == ("libgomp.so.1", (0, 1), SIZE_BYTES)


def test_packages_of_two_managers_in_one_upstream_version() -> None:
    twins = two(library(fill=b"a"), library(fill=b"b", size_bytes=2 * SIZE_BYTES), DPKG, PYTHON)
    assert twins == (FunctionalDuplicate("libx.so.12", "12.4.127", None, (1, 0), SIZE_BYTES),)


def test_another_copy_of_one_manager_is_found_through_the_other_managers() -> None:
    contents = [library(fill=fill, size_bytes=SIZE_BYTES + number) for number, fill in enumerate((b"a", b"b", b"c"))]
    paths = ["a/libx.so.12", "b/libx.so.12", "c/libx.so.12"]
    items = [file(path, content) for path, content in zip(paths, contents, strict=True)]
    [twin] = twins_of(items, owned=dict(zip(paths, (DPKG, DPKG, PYTHON), strict=True)))
    assert (twin.rows, twin.waste_bytes) == ((2, 1, 0), 2 * SIZE_BYTES + 1)


@pytest.mark.parametrize(
    ("one", "other", "packages"),
    [
        (library(fill=b"a"), library(fill=b"b"), (DPKG, OLDER)),
        (library(fill=b"a"), library("liby.so.12", b"b"), (DPKG, PYTHON)),
        (library(fill=b"a"), library(fill=b"b"), (DPKG, DPKG)),
        (library(fill=b"a"), library(fill=b"b", size_bytes=2 * SIZE_BYTES + 1), (DPKG, PYTHON)),
        (library(fill=b"a"), library(fill=b"b"), (DPKG,)),
        (library(fill=b"a"), library(fill=b"b"), ()),
        (library(), library(), (DPKG, PYTHON)),
        (library(fill=b"a", build_id=b"\1" * 20), library(fill=b"b", build_id=b"\2" * 20), ()),
        (library(fill=b"a", build_id=b"\1" * 20), library("liby.so", b"b", build_id=b"\1" * 20), ()),
        (library(fill=b"a", size_bytes=60_000), library(fill=b"b", size_bytes=60_000), (DPKG, PYTHON)),
    ],
    ids=["version", "soname", "manager", "size", "owner", "nothing", "equal", "build", "build of another", "little"],
)
def test_leaves_alone(one: bytes, other: bytes, packages: tuple[Package, ...]) -> None:
    assert two(one, other, *packages) == ()


def test_copies_that_cannot_be_seen_do_not_count() -> None:
    one, other = library(fill=b"a", build_id=b"\1" * 20), library(fill=b"b", build_id=b"\1" * 20)
    assert twins_of([file("a.so", one)], [file("a.so", other)]) == ()
    assert twins_of([file("a.so", one), file("b.so", other)], [whiteout("b.so")]) == ()
    assert len(twins_of([file("a.so", one), file("b.so", other)], [hardlink("c.so", "b.so"), whiteout("b.so")])) == 1


def test_equal_copies_are_listed_and_counted_once() -> None:
    one, other = library(fill=b"a", build_id=b"\1" * 20), library(fill=b"b", build_id=b"\1" * 20)
    [twin] = twins_of([file("a.so", one), file("b.so", one), file("c.so", other), hardlink("d.so", "c.so")])
    assert (twin.rows, twin.waste_bytes) == ((0, 1, 2), SIZE_BYTES)


@dataclass(frozen=True, slots=True)
class Copy:
    """A generated library and who brought it."""

    soname: str
    build_id: bytes | None
    size_bytes: int
    fill: bytes
    package: Package | None

    @property
    def content(self) -> bytes:
        return library(self.soname, self.fill, build_id=self.build_id, size_bytes=self.size_bytes)

    def is_same(self, other: "Copy") -> bool:
        """Whether two files are one library, read off the definition."""
        if self.soname.replace("-0123abcd", "") != other.soname.replace("-0123abcd", ""):
            return False
        if self.build_id is not None and self.build_id == other.build_id:
            return True
        if self.package is None or other.package is None or self.package.manager == other.package.manager:
            return False
        is_version = (self.package is OLDER) == (other.package is OLDER)
        return is_version and max(self.size_bytes, other.size_bytes) <= 2 * min(self.size_bytes, other.size_bytes)


COPIES = st.builds(
    Copy,
    st.sampled_from(["libx.so.1", "libx.so.1", "libx-0123abcd.so.1", "liby.so.1"]),
    st.sampled_from([None, None, None, b"\1" * 20, b"\2" * 20]),
    st.sampled_from([66_000, 67_000, 100_000, 131_999, 132_000, 132_001, 134_000, 264_000, 268_000]),
    st.sampled_from([b"a", b"b"]),
    st.sampled_from([None, DPKG, DPKG, PYTHON, CONDA, OLDER]),
)


@settings(deadline=None)
@given(st.lists(COPIES, min_size=2, max_size=9))
def test_any_copies_against_all_pairs(copies: list[Copy]) -> None:
    paths = [f"{number}/l.so" for number in range(len(copies))]
    items = [file(path, copy.content) for path, copy in zip(paths, copies, strict=True)]
    owned = {path: copy.package for path, copy in zip(paths, copies, strict=True) if copy.package}
    expected = {}
    for group in _groups(copies):
        sizes = {copies[number].content: copies[number].size_bytes for number in group}
        if len(sizes) > 1:
            expected[frozenset(group)] = sum(sizes.values()) - max(sizes.values())
    found = twins_of(items, owned=owned)
    assert {frozenset(twin.rows): twin.waste_bytes for twin in found} == expected
    assert [twin.waste_bytes for twin in found] == sorted(expected.values(), reverse=True)


def _groups(copies: Sequence[Copy]) -> list[set[int]]:
    """Put copies together until no two groups have a pair that is the same."""
    groups = [{number} for number in range(len(copies))]
    while True:
        pairs = ((one, two) for one in groups for two in groups if one is not two)
        found = next(
            (pair for pair in pairs if any(copies[a].is_same(copies[b]) for a in pair[0] for b in pair[1])), None
        )
        if found is None:
            return groups
        found[0].update(found[1])
        groups.remove(found[1])


def _calls(count: int) -> int:
    """How many functions are called to look at so many copies of one name, half of which another manager brought."""
    items = [file(f"{n}/l.so", library(fill=bytes([n % 256]), size_bytes=65_536 + n)) for n in range(count)]
    index = index_of([items], probes=PROBES)
    lists = [FileList((DPKG, PYTHON)[row * 2 // count], row, (index.path(row),)) for row in range(count)]
    owners = assign_owners(index, lists)
    calls = 0

    def count_call(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count_call)
    try:
        [twin] = find_twins(index, owners)
    finally:
        sys.setprofile(None)
    assert len(twin.rows) == count
    return calls


def test_work_grows_with_the_copies_and_not_with_their_pairs() -> None:
    assert _calls(240) < 5 * _calls(60)
