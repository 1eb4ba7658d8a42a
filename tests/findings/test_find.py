"""Findings of several rules on generated images against a naive model and a rebuild."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layerscope.base_image.identify import BaseLayers
from layerscope.classify import classify
from layerscope.findings.case import Case
from layerscope.findings.find import find_all
from layerscope.findings.finding import Finding
from layerscope.findings.rule import Claim, Rule
from layerscope.index.owners import Owners
from layerscope.layers.columns import frozen
from layerscope.needs.find import read_needs
from layerscope.oci.config import parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from tests.findings.rebuild import holds_content, names_of, stored_bytes
from tests.images import Item, file, hardlink
from tests.indexing import index_of
from tests.property.model import Name
from tests.property.strategies import images


@dataclass(frozen=True, slots=True)
class Wish:
    """What one rule claims: entries as a whole, and bytes within entries."""

    rows: frozenset[int]
    parts: tuple[tuple[int, int], ...] = ()


ROWS = st.integers(0, 30)
WISHES = st.lists(
    st.builds(
        Wish,
        st.frozensets(ROWS, max_size=14),
        st.dictionaries(ROWS, st.integers(1, 900), max_size=6).map(lambda parts: tuple(parts.items())),
    ),
    min_size=1,
    max_size=4,
)


def rule(number: int, wish: Wish, *, is_promised: bool = True) -> Rule:
    """A rule that claims what it is told."""

    def find(_case: Case) -> Iterator[Claim]:
        yield Claim(rows=np.array(sorted(wish.rows), dtype=np.int64), parts=dict(wish.parts))

    return Rule(id=f"r{number}", title="t", why="w", fix="f", find=find, is_promised=is_promised)


def case_of(layers: Sequence[Sequence[Item]], base_count: int = 0) -> Case:
    """An image of nothing but layers."""
    index = index_of(layers)
    digest = Digest("sha256", "0" * 64)
    document = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [str(digest)] * len(layers)},
    }
    config = parse_config(json.dumps(document).encode(), "the test's configuration")
    parts = tuple(Layer(number, digest, str(number), None, None, None, None) for number in range(len(layers)))
    owners = Owners((), frozen(np.full(len(index), -1), np.int64))
    image = Image("test", "docker-archive", digest, None, config, parts)
    classification = classify(index, owners)
    system = read_needs(image, index, owners, classification)
    return Case(image, index, owners, classification, BaseLayers(base_count, ()), system)


class Model:
    """Promises as one would make them by hand, inode by inode."""

    def __init__(self, names: list[Name], base_count: int) -> None:
        self.names = names
        self.base_count = base_count
        self.left_bytes = {id(name.inode): len(name.inode.content) for name in names if name.inode}

    def promise(self, wish: Wish, who: str) -> tuple[set[int], int, int]:
        """What one party gets of a wish: the entries, the bytes that are claimed, those that are promised."""
        whole = {row for row in wish.rows if self.is_of(who, self.names[row])}
        sizes = {row: self.own_bytes(self.names[row]) for row in whole}
        promised_bytes = sum(self.take_whole(self.names[row], whole) for row in whole if sizes[row])
        for row, size_bytes in self.parts(wish).items():
            if self.is_of(who, self.names[row]):
                sizes[row] = min(size_bytes, self.own_bytes(self.names[row]))
                promised_bytes += self.take(self.names[row], sizes[row])
        return set(sizes), sum(sizes.values()), promised_bytes

    def parts(self, wish: Wish) -> dict[int, int]:
        """The largest part that is asked of each inode which does not go as a whole, by the entry with its content."""
        found: dict[int, int] = {}
        for position, size_bytes in wish.parts:
            inode = self.names[position].inode
            row = next(row for row, name in enumerate(self.names) if inode is not None and name is inode.data)
            if row not in wish.rows:
                found[row] = max(found.get(row, 0), size_bytes)
        return found

    def take_whole(self, name: Name, claimed: set[int]) -> int:
        inode = name.inode
        all_names = {row for row, other in enumerate(self.names) if other.inode is inode}
        return self.take(name, self.own_bytes(name)) if all_names <= claimed else 0

    def take(self, name: Name, wanted_bytes: int) -> int:
        taken_bytes = min(wanted_bytes, self.left_bytes[id(name.inode)])
        self.left_bytes[id(name.inode)] -= taken_bytes
        return taken_bytes

    def own_bytes(self, name: Name) -> int:
        return len(name.inode.content) if name.inode and name.inode.data is name else 0

    def is_of(self, who: str, name: Name) -> bool:
        return (name.layer < self.base_count) == (who == "base")


def kept(wish: Wish, names: list[Name]) -> Wish:
    """Only what an image has, and what names a content."""
    holding = {position for position, name in enumerate(names) if holds_content(name)}
    return Wish(wish.rows & holding, tuple(part for part in wish.parts if part[0] in holding))


@given(images(), WISHES, st.integers(0, 2))
def test_findings_are_the_models(image: list[list[Item]], wanted: list[Wish], base_count: int) -> None:
    names = names_of(image)
    wishes = [kept(wish, names) for wish in wanted]
    model = Model(names, base_count)
    expected = set()
    for number, wish in enumerate(wishes):
        for who in ("image", "base"):
            rows, claimed_bytes, promised_bytes = model.promise(wish, who)
            if claimed_bytes:
                layers = tuple(sorted({names[row].layer for row in rows}))
                expected.add((f"r{number}", who, frozenset(rows), layers, claimed_bytes, promised_bytes))
    found = find_all(case_of(image, base_count), rules=[rule(*item) for item in enumerate(wishes)])
    assert {_values(finding) for finding in found} == expected
    assert len(found) == len(expected)
    assert sum(finding.reclaimable_bytes for finding in found) <= stored_bytes(names, set())


def _values(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule.id,
        finding.who_can_fix,
        frozenset(finding.rows),
        finding.layers,
        finding.claimed_bytes,
        finding.reclaimable_bytes,
    )


@given(images(), WISHES)
def test_a_rebuild_saves_what_one_rule_promises(image: list[list[Item]], wanted: list[Wish]) -> None:
    names, case = names_of(image), case_of(image)
    for wish in (kept(wish, names) for wish in wanted):
        promised_bytes = sum(finding.reclaimable_bytes for finding in find_all(case, rules=[rule(0, wish)]))
        whole = {id(name.inode) for row in wish.rows if (name := names[row]).inode and name.inode.data is name}
        parts = {row: size for row, size in wish.parts if id(names[row].inode) not in whole}
        assert promised_bytes == stored_bytes(names, set()) - stored_bytes(names, wish.rows, parts)


@given(images(), WISHES, st.integers(0, 2))
def test_a_rebuild_saves_at_least_what_all_rules_promise(
    image: list[list[Item]], wanted: list[Wish], base_count: int
) -> None:
    names = names_of(image)
    wishes = [Wish(kept(wish, names).rows) for wish in wanted]
    found = find_all(case_of(image, base_count), rules=[rule(*item) for item in enumerate(wishes)])
    gone = frozenset[int]().union(*(wish.rows for wish in wishes))
    saved_bytes = stored_bytes(names, set()) - stored_bytes(names, gone)
    assert sum(finding.reclaimable_bytes for finding in found) <= saved_bytes


def test_two_names_of_one_content_have_its_part_once() -> None:
    case = case_of([[file("a", b"1234567890"), hardlink("b", "a")]])
    [finding] = find_all(case, rules=[rule(0, Wish(frozenset(), ((0, 4), (1, 4))))])
    assert (finding.rows, finding.claimed_bytes, finding.reclaimable_bytes) == ((0,), 4, 4)


def test_the_part_of_a_content_is_mended_where_the_content_is() -> None:
    case = case_of([[file("a", b"1234567890")], [hardlink("b", "a")]], base_count=1)
    [finding] = find_all(case, rules=[rule(0, Wish(frozenset(), ((1, 4),)))])
    assert (finding.who_can_fix, finding.layers, finding.reclaimable_bytes) == ("base", (0,), 4)


def test_a_part_is_not_larger_than_its_content() -> None:
    [finding] = find_all(case_of([[file("a", b"12345")]]), rules=[rule(0, Wish(frozenset(), ((0, 400),)))])
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (5, 5)


def test_part_and_whole_of_two_rules_share_one_content() -> None:
    case = case_of([[file("a", b"1234567890")]])
    part, whole = Wish(frozenset(), ((0, 4),)), Wish(frozenset({0}))
    found = find_all(case, rules=[rule(0, part), rule(1, whole)])
    assert {finding.rule.id: finding.reclaimable_bytes for finding in found} == {"r0": 4, "r1": 6}
    found = find_all(case, rules=[rule(0, whole), rule(1, part)])
    assert {finding.rule.id: finding.reclaimable_bytes for finding in found} == {"r0": 10, "r1": 0}


def test_what_is_only_shown_takes_nothing_from_others() -> None:
    wish = Wish(frozenset({0}))
    found = find_all(case_of([[file("a", b"12345")]]), rules=[rule(0, wish, is_promised=False), rule(1, wish)])
    assert [(finding.rule.id, finding.claimed_bytes, finding.reclaimable_bytes) for finding in found] == [
        ("r1", 5, 5),
        ("r0", 5, 0),
    ]
