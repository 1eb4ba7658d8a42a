"""What only a recommendation brought: hand-made examples, and apt itself as the judge."""

import os
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from debian_inspector.version import compare_versions
from hypothesis import given
from hypothesis import strategies as st

from layerscope.dependencies import Relation, parse_relations, recommended_only, version_key
from layerscope.layers.probe import Probe
from layerscope.probes import apt_extended_states, dpkg
from layerscope.probes.apt_extended_states import AutoInstalled
from layerscope.probes.dpkg import DpkgPackage

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is the judge, and is not here")

COMPARED = [f"{operator} {version}" for operator in ("<<", "<=", ">=", ">>") for version in ("1", "2", "1:0")]
APT_CONFIG = """
Dir::State "{0}/var"; Dir::State::status "{0}/status"; Dir::State::extended_states "{0}/extended_states";
Dir::State::lists "{0}/lists"; Dir::Cache "{0}/cache"; Dir::Etc "{0}/etc";
APT::Architecture "amd64"; APT::Architectures {{ "amd64"; "i386"; }};
APT::AutoRemove::RecommendsImportant "false"; APT::AutoRemove::SuggestsImportant "false";
"""


def spared(automatic: str, *packages: DpkgPackage) -> tuple[str, ...]:
    return recommended_only(packages, [AutoInstalled(name, "amd64") for name in automatic.split()])


def package(name: str, depends: str = "", version: str = "1", architecture: str = "amd64", **more: Any) -> DpkgPackage:
    return DpkgPackage(name, architecture, version, depends=depends, **more)


def test_a_recommendation_and_what_it_needs() -> None:
    assert spared("b c", package("a", recommends="b"), package("b", "c"), package("c")) == ("b", "c")


def test_what_a_dependency_needs_too_stays() -> None:
    assert spared("b c", package("a", "c", recommends="b"), package("b", "c"), package("c")) == ("b",)


def test_pre_depends_keeps() -> None:
    assert spared("b", package("a", pre_depends="b"), package("b")) == ()


@pytest.mark.parametrize(
    "root", [{"is_essential": True}, {"is_held": True}, {"priority": "required"}], ids=["essential", "held", "required"]
)
def test_what_has_to_be_there_is_a_root(root: dict[str, Any]) -> None:
    assert spared("a b", package("a", "b", **root), package("b")) == ()


@pytest.mark.parametrize("needs", ["x", "x (>= {})", "x, " * 99 + "x"], ids=["name", "version", "often"])
def test_a_crowd_that_needs_all_of_itself_is_not_followed(needs: str) -> None:
    crowd = [package(f"a{number}", needs.format(number), provides="x (= 0)") for number in range(20_000)]
    assert spared("b", package("b"), *crowd[:20]) == ("b",)
    assert spared("b", package("b"), *crowd) == ()


def test_a_ring_does_not_hold_itself() -> None:
    assert spared("b c", package("a"), package("b", "c"), package("c", "b")) == ("b", "c")


def test_any_installed_alternative_stays() -> None:
    assert spared("b c", package("a", "none | b | c"), package("b"), package("c")) == ()


def test_an_alternative_of_the_wrong_version_does_not_count() -> None:
    assert spared("b c", package("a", "b (>= 2~) | c (<< 2)"), package("b"), package("c")) == ("b",)


def test_virtual_packages() -> None:
    parts = (package("m", provides="mta, agent (= 3)"), package("n", provides="agent"))
    assert spared("m n", package("a", "mta"), *parts) == ("n",)
    assert spared("m n", package("a", "agent"), *parts) == ()
    assert spared("m n", package("a", "agent (>= 2)"), *parts) == ("n",)


def test_architectures() -> None:
    libraries = (package("c"), package("c", architecture="i386"))
    both = [AutoInstalled("c", "amd64"), AutoInstalled("c", "i386")]
    natives = (package("x"), package("y"))
    assert recommended_only((package("a", "c"), *natives, *libraries), both) == ("c:i386",)
    assert recommended_only((package("a", "c:i386"), *natives, *libraries), both) == ("c",)
    assert recommended_only((package("a", "c", architecture="i386"), *natives, *libraries), both) == ("c",)
    assert spared("p", package("a", "p:any"), package("p", multi_arch="allowed")) == ()
    assert spared("d", package("a"), package("d", architecture="all")) == ("d",)


def test_what_is_removed_counts_for_nothing() -> None:
    assert spared("b", package("a", "b", is_installed=False), package("b"), package("z")) == ("b",)


def test_relations() -> None:
    assert parse_relations("libc6 (>= 2.34), a:any|b(<<1) , c:i386 (= 1:2-3) [amd64] <!x>,, (broken), d") == (
        Relation("libc6", "", ">=", "2.34"),
        Relation("a", "any", "", ""),
        Relation("b", "", "<<", "1"),
        Relation("c", "i386", "=", "1:2-3"),
        Relation("d", "", "", ""),
    )


VERSIONS = st.from_regex(
    r"([0-2]:)?[0-9]([0-9a-c~.+]{0,4}[0-9a-c])?(-[0-9a-c]([0-9~.+]{0,2}[0-9a-c])?)?", fullmatch=True
)


@given(VERSIONS, VERSIONS)
def test_versions_as_another_reader_compares_them(one: str, other: str) -> None:
    keys = version_key(one), version_key(other)
    assert (keys[0] > keys[1]) - (keys[0] < keys[1]) == compare_versions(one, other)


def read(probes: tuple[Probe, ...], path: str, text: str) -> tuple[object, ...]:
    values = [probe.read(path.encode(), text.encode()) for probe in probes if path in probe.patterns]
    return tuple(values[0])


def as_we_say(status: str, states: str) -> list[str]:
    packages = read(dpkg.PROBES, "var/lib/dpkg/status", status)
    automatic = read(apt_extended_states.PROBES, "var/lib/apt/extended_states", states)
    return sorted(recommended_only(packages, automatic, "amd64"))  # type: ignore[arg-type]


def as_apt_says(folder: Path, status: str, states: str) -> list[str]:
    for name in ("lists/partial", "cache/archives/partial", "var", "etc"):
        (folder / name).mkdir(parents=True)
    files = {"status": status, "extended_states": states, "apt.conf": APT_CONFIG.format(folder)}
    for name, text in files.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        ["apt-get", "--simulate", "autoremove"],
        check=True,
        capture_output=True,
        text=True,
        env={"APT_CONFIG": str(folder / "apt.conf"), "PATH": os.environ["PATH"], "LC_ALL": "C"},
    )
    return sorted(re.findall(r"^Remv (\S+)", done.stdout, re.MULTILINE))


def random_system(dice: random.Random) -> tuple[str, str]:
    """Some small systems in one, consistent as apt wants them: every dependency has an installed alternative."""
    status, states = [], []
    for group in range(20):
        names = [f"g{group}p{number}" for number in range(8)]
        versions = {name: dice.choice(["1", "1.2-1", "2:0.5", "3~rc1-2"]) for name in names}
        for name in names:
            fields = {
                "Package": name,
                "Status": f"{dice.choices(['install', 'hold'], [9, 1])[0]} ok installed",
                "Priority": dice.choices(["optional", "required"], [19, 1])[0],
                "Architecture": dice.choice(["amd64", "all"]),
                "Version": versions[name],
                "Provides": dice.choice(["", f"g{group}v", f"g{group}w (= 2)", f"g{group}v, g{group}w (= 1)"]),
                "Essential": dice.choices(["", "yes"], [19, 1])[0],
            }
            for field, likely in (("Depends", 0.5), ("Pre-Depends", 0.1), ("Recommends", 0.5)):
                if dice.random() < likely:
                    sure = dice.choice(names)
                    choices = [
                        dice.choice([sure, f"{sure} (= {versions[sure]})", f"{sure} (>= 0.1~)", f"{sure}:amd64"]),
                        dice.choice(["missing", f"g{group}v", f"g{group}w (>= 2)", f"g{group}v (>= 1)", *names]),
                        f"{dice.choice(names)} ({dice.choice(COMPARED)})",
                    ][: dice.randint(1, 3)]
                    dice.shuffle(choices)
                    fields[field] = " | ".join(choices)
            status.append("".join(f"{key}: {value}\n" for key, value in fields.items() if value))
            if dice.random() < 0.8:
                states.append(
                    f"Package: {name}\nArchitecture: amd64\nAuto-Installed: {dice.choices([1, 0], [9, 1])[0]}\n"
                )
    return "\n".join(status), "\n".join(states)


@needs_apt
@pytest.mark.parametrize("seed", range(6))
def test_apt_removes_the_same(tmp_path: Path, seed: int) -> None:
    status, states = random_system(random.Random(seed))
    expected = as_apt_says(tmp_path, status, states)
    assert len(expected) > 5
    assert as_we_say(status, states) == expected


@needs_apt
def test_apt_removes_the_same_of_two_architectures(tmp_path: Path) -> None:
    rows = [
        ("a", "amd64", "no", "lib, tool, py:any"),
        ("a32", "i386", "no", "lib, data"),
        ("lib", "amd64", "same", ""),
        ("lib", "i386", "same", ""),
        ("other", "amd64", "same", ""),
        ("other", "i386", "same", ""),
        ("tool", "i386", "foreign", ""),
        ("py", "amd64", "allowed", "other"),
        ("data", "all", "foreign", ""),
        ("left", "all", "no", "other:i386"),
    ]
    status = "\n".join(
        f"Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\nMulti-Arch: {multi}\n"
        f"Version: 1\n{f'Depends: {depends}' if depends else 'Section: x'}\n"
        for name, architecture, multi, depends in rows
    )
    states = "\n".join(
        f"Package: {name}\nArchitecture: {architecture.replace('all', 'amd64')}\nAuto-Installed: 1\n"
        for name, architecture, _, _ in rows[2:]
    )
    expected = as_apt_says(tmp_path, status, states)
    assert expected == ["left", "other:i386"]
    assert as_we_say(status, states) == expected
