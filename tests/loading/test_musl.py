"""What musl maps, as its own dynamic linker says."""

from pathlib import Path

import pytest

from tests.loading.roots import MUSL, Root, elf, need_linker

LIBC = "libc.musl-x86_64.so.1"


def musl_root(files: dict[str, bytes], **env: str) -> Root:
    return Root(files, env=env, linker=MUSL)


def how_found(root: Root, folder: Path, file: str) -> list[tuple[str, str | None, str | None]]:
    """Name, path and way of everything that a file needs, after the real linker was asked for the same."""
    need_linker(MUSL)
    written = root.write(folder, with_ldconfig=False)
    written.check([file])
    tree = written.loader().load(written.row(file))
    needs = [need for need in (*tree.mapped, *tree.missing) if need.name != MUSL]
    return [(n.name, None if n.row is None else written.stack.path(n.row).decode(), n.how) for n in needs]


def test_folders_of_the_system(tmp_path: Path) -> None:
    files = {"opt/x.so": elf(None, ("liba.so", "libb.so", "libc.so", LIBC)), "usr/lib/libb.so": elf()}
    files |= {"lib/liba.so": elf(), "usr/lib/liba.so": elf()}
    expected = [("liba.so", "lib/liba.so", "default"), ("libb.so", "usr/lib/libb.so", "default")]
    expected += [("libc.so", MUSL[1:], "loaded")]
    assert how_found(musl_root(files), tmp_path, "opt/x.so") == expected


def test_a_list_takes_their_place(tmp_path: Path) -> None:
    files = {"opt/x.so": elf(None, ("liba.so",)), "opt/b/liba.so": elf(), "lib/liba.so": elf()}
    files["etc/ld-musl-x86_64.path"] = b"/opt/nothing\n/opt/b:/lib\n"
    assert how_found(musl_root(files), tmp_path, "opt/x.so") == [("liba.so", "opt/b/liba.so", "default")]


@pytest.mark.parametrize("kind", ["rpath", "runpath"])
def test_paths_of_both_kinds_are_inherited_and_come_behind_the_environments(kind: str, tmp_path: Path) -> None:
    files = {
        "opt/x": elf(None, ("liba.so",), interpreter=MUSL, **{kind: "$ORIGIN/a:/opt/b"}),
        "opt/a/liba.so": elf(None, ("libb.so",)),
        "opt/b/libb.so": elf(),
        "opt/b/liba.so": elf(),
        "opt/env/libb.so": elf(),
    }
    found = [("liba.so", "opt/a/liba.so", kind), ("libb.so", "opt/env/libb.so", "ld-library-path")]
    assert how_found(musl_root(files, LD_LIBRARY_PATH="/opt/env"), tmp_path / "1", "opt/x") == found
    inherited = how_found(musl_root(files), tmp_path / "2", "opt/x")
    assert [path for _, path, _ in inherited] == ["opt/a/liba.so", "opt/b/libb.so"]


def test_sonames_and_unknown_tokens_count_for_nothing(tmp_path: Path) -> None:
    files = {
        "opt/x.so": elf(None, ("/opt/other.so", "liba.so", "libz.so"), runpath="/opt/b:/opt/$LIB"),
        "opt/other.so": elf("liba.so"),
        "opt/b/libz.so": elf(),
        "lib/liba.so": elf(),
    }
    assert how_found(musl_root(files), tmp_path, "opt/x.so") == [
        ("/opt/other.so", "opt/other.so", "absolute"),
        ("liba.so", "lib/liba.so", "default"),
        ("libz.so", None, None),
    ]
