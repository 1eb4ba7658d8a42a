"""Random small roots: whatever lies where, the simulation maps what the real dynamic linker maps, in the same order."""

from pathlib import Path
from random import Random

import pytest

from tests.loading.roots import GLIBC, Root, elf, hwcaps, need_linker

NAMES = ("liba.so.1", "libb.so.1", "libc1.so", "libd.so.2")
SONAMES = (*NAMES, "libe.so.1", None)
FILE_NAMES = (*NAMES, "liba.so.1.2", "liba.so.1.10", "libd.so", "other.so", "libe.so.1")
FOLDERS = (
    "lib",
    "usr/lib",
    "lib64",
    "lib/x86_64-linux-gnu",
    "usr/lib/x86_64-linux-gnu",
    "usr/local/lib",
    "opt/a",
    "opt/a/lib",
    "opt/b",
    "opt/b/x.so.d",
)
# ldconfig's choice among files of one name for several machines in one folder depends on the order on disk.
MIXED = "srv/mixed"
NEEDED = (*SONAMES[:5], "other.so", "/opt/a/liba.so.1", "$ORIGIN/libb.so.1", "opt/b/libd.so", "/opt/c/../b/libc1.so")
PATHS = (
    "$ORIGIN",
    "${ORIGIN}/../b",
    "$ORIGIN/lib",
    "$ORIGIN/../../usr/local/lib/",
    "/opt/a",
    "/opt/b",
    "/opt/c",
    "/opt/c/lib",
    "/opt/loop",
    "/opt/a/nothing/../lib",
    "/opt/c/../b",
    "/usr/$LIB",
    "/${LIB}",
    "/opt/$ORIGINs",
    "opt/b",
    "/srv/mixed",
    "",
)
LINKED_FOLDERS = {
    "opt/c": ("a", "/opt/a", "b", "../usr/local/lib"),
    "opt/loop": ("loop", "c", "b/loop"),
    "opt/b/loop": ("../loop", "../b"),
    "opt/d": ("/opt/c/lib", "../../../opt/b"),
}
TARGETS = (
    "liba.so.1",
    "libb.so.1",
    "../a/liba.so.1.2",
    "/opt/b/libd.so.2",
    "/usr/lib/libc1.so",
    "nothing.so",
    "../c/x.so",
)


def some_elf(dice: Random, kind: str) -> bytes:
    needed = tuple(dict.fromkeys(dice.choices(NEEDED, k=dice.randint(0, 3))))
    paths = {name: a_path(dice) for name in dice.choice(((), ("rpath",), ("runpath",)))}
    return elf(dice.choice(SONAMES), needed, rpath=paths.get("rpath"), runpath=paths.get("runpath"), kind=kind)


def a_path(dice: Random) -> str:
    return ":".join(dice.choices(PATHS, k=dice.randint(1, 3))) or "/opt/b"


def random_root(seed: int) -> Root:
    dice = Random(seed)
    folders = [*FOLDERS, MIXED, *(f"{dice.choice(FOLDERS)}/glibc-hwcaps/{name}" for name in hwcaps())]
    root = Root(cwd=dice.choice(("/", "/opt")))
    for link, targets in LINKED_FOLDERS.items():
        if dice.random() < 0.7:
            root.links[link] = dice.choice(targets)
    for _ in range(dice.randint(8, 20)):
        path = f"{dice.choice(folders)}/{dice.choice(FILE_NAMES)}"
        if path in root.files or path in root.links or path in root.hardlinks:
            continue
        what = dice.random()
        if what < 0.15:
            # Targets have higher names, for links that go in circles end a search path's reading in glibc.
            higher = [target for target in TARGETS if target.rpartition("/")[2] > path.rpartition("/")[2]]
            root.links[path] = dice.choice(higher)
        elif what < 0.2 and root.files:
            root.hardlinks[path] = dice.choice([*root.files])
        else:
            kind = dice.choice(("x86_64", "i386", "aarch64")) if path.startswith(MIXED) else "x86_64"
            root.files[path] = b"no ELF file" if what > 0.98 else some_elf(dice, kind)
    root.files |= {"etc/ld.so.conf": conf(dice, "include ld.so.conf.d/*.conf"), "etc/ld.so.conf.d/b.conf": conf(dice)}
    root.files["etc/ld.so.conf.d/a.conf"] = conf(dice, "include\t/etc/ld.so.conf.d/[b-c].con?  /opt/.conf")
    root.files["usr/bin/program"] = elf(
        None, tuple(dice.sample(NEEDED, 3)), **{dice.choice(("rpath", "runpath")): a_path(dice)}, interpreter=GLIBC
    )
    if dice.random() < 0.5:
        root.env["LD_LIBRARY_PATH"] = dice.choice((":", ";")).join(dice.choices(PATHS, k=2))
    return root


def conf(dice: Random, *more: str) -> bytes:
    lines = [*more, *(f" /{dice.choice((*FOLDERS, *LINKED_FOLDERS))}/ # text" for _ in range(dice.randint(0, 2)))]
    dice.shuffle(lines)
    return "\n".join(lines).encode()


def started(root: Root) -> list[str]:
    """The ELF files for this machine, but not those with several names, of which a row does not say the one used."""
    shared = (*root.hardlinks.values(), *root.hardlinks)
    return [
        path for path, file in root.files.items() if file[:4] == b"\x7fELF" and file[18] == 62 and path not in shared
    ]


@pytest.mark.parametrize("tens", range(4))
def test_all_files_map_what_the_real_linker_maps(tens: int, tmp_path: Path) -> None:
    need_linker()
    found = 0
    for seed in range(10 * tens, 10 * tens + 10):
        root = random_root(seed)
        found += root.write(tmp_path / str(seed)).check(started(root))
    assert found > 30
