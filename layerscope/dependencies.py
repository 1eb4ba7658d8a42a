"""Which Debian packages only a recommendation has brought, as apt reckons (apt, apt-pkg/depcache.cc, MarkRequired).

Relations are those of the Debian Policy Manual, chapter 7; versions are compared as its section 5.6.12 says.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from layerscope.probes.apt_extended_states import AutoInstalled
from layerscope.probes.dpkg import DpkgPackage

_RELATION = re.compile(
    r"\s*([^\s(:,|\[<]+)(?::([^\s(,|\[<]+))?\s*(?:\(\s*(<<|<=|>=|>>|=|<|>)\s*([^\s)]+)\s*\))?[^,|]*", re.ASCII
)
_PARTS = re.compile(r"([^0-9]*)([0-9]*)", re.ASCII)
_VERSION_LIMIT = 1_000
# How often a relation and what is offered for it are held against each other; a thousand packages take some 10,000.
_STEPS_LIMIT = 500_000

_Key = tuple[tuple[tuple[int, ...], int], ...]
"""A text and a number in turn; each text ends with a 0, which a tilde comes before and all other characters after."""
_NOTHING = ((0,), 0)


class Relation(Struct, frozen=True):
    """One alternative of a dependency, or one thing that is provided; without a version `operator` is empty."""

    name: str
    architecture: str
    operator: str
    version: str


class _Offer(Struct, frozen=True):
    """A package under one of its names; `version` is None where it provides the name without one."""

    package: DpkgPackage
    version: str | None


def recommended_only(
    packages: Sequence[DpkgPackage], auto_installed: Iterable[AutoInstalled], native: str = ""
) -> tuple[str, ...]:
    """The installed packages that `--no-install-recommends` would spare, sorted.

    They are those that apt installed by itself and that nothing needs, over any number of steps of Depends and
    Pre-Depends, which somebody asked for or which is essential, required or held. `native` is the system's
    architecture, else the one that most packages have; packages of others come as `name:architecture`. Nothing is
    spared where packages ask for one another too often to follow it.
    """
    installed = [package for package in packages if package.is_installed]
    native = native or _usual_architecture(installed)
    automatic = {(state.name, state.architecture) for state in auto_installed}
    needed = _follow([package for package in installed if _is_root(package, automatic, native)], installed, native)
    if needed is None:
        return ()
    return tuple(sorted({_label(package, native) for package in installed if package not in needed}))


def needed_by(
    names: Iterable[str], packages: Sequence[DpkgPackage], *, with_recommends: bool = False
) -> frozenset[str]:
    """The installed packages that apt has for these to work, themselves included, over any number of steps.

    Just the named ones where packages ask for one another too often to follow it.
    """
    wanted = frozenset(names)
    installed = [package for package in packages if package.is_installed]
    if with_recommends:
        installed = [replace(item, depends=f"{item.depends}, {item.recommends}") for item in installed]
    roots = [package for package in installed if package.name in wanted]
    needed = _follow(roots, installed, _usual_architecture(installed))
    return frozenset(package.name for package in (roots if needed is None else needed))


def parse_relations(text: str) -> tuple[Relation, ...]:
    """All alternatives of all relations in a field; what is no relation is left out."""
    matches = (_RELATION.fullmatch(part) for group in text.split(",") for part in group.split("|"))
    return tuple(Relation(*(match[number] or "" for number in range(1, 5))) for match in matches if match)


@lru_cache(maxsize=1 << 16)
def version_key(version: str) -> tuple[int, _Key, _Key]:
    """What sorts as the version does."""
    epoch, colon, rest = version[:_VERSION_LIMIT].partition(":")
    if not colon or not epoch.isdecimal() or not epoch.isascii():
        epoch, rest = "0", version[:_VERSION_LIMIT]
    upstream, dash, revision = rest.rpartition("-")
    return int(epoch), _part_key(upstream if dash else rest), _part_key(revision if dash else "")


def _part_key(part: str) -> _Key:
    found = (match.groups() for match in _PARTS.finditer(part) if match[0])
    pairs = [((*map(_rank, text), 0), int(number or 0)) for text, number in found]
    while pairs and pairs[-1] == _NOTHING:
        pairs.pop()
    # A part goes on as if with nothing for ever; only its first text can be empty, so two of them will do.
    return (*pairs, _NOTHING, _NOTHING)


def _rank(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _usual_architecture(packages: Sequence[DpkgPackage]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for package in packages:
        counts[package.architecture] += package.architecture not in ("all", "")
    return max(sorted(counts), key=lambda name: counts[name], default="")


def _is_root(package: DpkgPackage, automatic: set[tuple[str, str]], native: str) -> bool:
    is_automatic = (package.name, _architecture(package, native)) in automatic or (package.name, "") in automatic
    return not is_automatic or package.is_essential or package.is_held or package.priority == "required"


def _architecture(package: DpkgPackage, native: str) -> str:
    """A package that suits all architectures counts as one of the system's."""
    return native if package.architecture in ("all", "") else package.architecture


def _offers(packages: Sequence[DpkgPackage]) -> dict[str, list[_Offer]]:
    offers: dict[str, list[_Offer]] = defaultdict(list)
    for package in packages:
        offers[package.name].append(_Offer(package, package.version))
        for provided in parse_relations(package.provides):
            offers[provided.name].append(_Offer(package, provided.version or None))
    return offers


def _follow(roots: list[DpkgPackage], installed: Sequence[DpkgPackage], native: str) -> set[DpkgPackage] | None:
    """The roots and all installed packages that satisfy any alternative of what one of these depends on.

    None where that takes too many steps.
    """
    offers = _offers(installed)
    needed, pending, steps = set(roots), [*roots], 0
    while pending:
        package = pending.pop()
        for relation, offer in _asked(package, offers):
            steps += 1
            if steps > _STEPS_LIMIT:
                return None
            if offer.package not in needed and _fits(package, relation, offer, native):
                needed.add(offer.package)
                pending.append(offer.package)
    return needed


def _asked(package: DpkgPackage, offers: dict[str, list[_Offer]]) -> Iterator[tuple[Relation, _Offer]]:
    """What a package depends on, and whatever has such a name."""
    for relation in (*parse_relations(package.pre_depends), *parse_relations(package.depends)):
        for offer in offers.get(relation.name, ()):
            yield relation, offer


def _fits(package: DpkgPackage, relation: Relation, offer: _Offer, native: str) -> bool:
    return _suits(package, relation, offer.package, native) and _satisfies(relation, offer.version)


def _suits(package: DpkgPackage, relation: Relation, target: DpkgPackage, native: str) -> bool:
    """Whether a package of the target's architecture may serve."""
    has = _architecture(target, native)
    if relation.architecture == "any":
        return target.multi_arch == "allowed" or has == _architecture(package, native)
    if relation.architecture:
        return has == (native if relation.architecture == "native" else relation.architecture)
    return target.multi_arch == "foreign" or has == _architecture(package, native)


def _satisfies(relation: Relation, version: str | None) -> bool:
    if not relation.operator:
        return True
    if version is None:
        return False
    has, wanted = version_key(version), version_key(relation.version)
    match relation.operator:
        case "<<":
            return has < wanted
        case "<=" | "<":
            return has <= wanted
        case "=":
            return has == wanted
        case ">>":
            return has > wanted
    return has >= wanted


def _label(package: DpkgPackage, native: str) -> str:
    architecture = _architecture(package, native)
    return package.name if architecture == native else f"{package.name}:{architecture}"
