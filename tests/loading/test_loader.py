"""How libraries are found, case by case: the real dynamic linker agrees, and here is why."""

from pathlib import Path

import pytest

from layerscope.loading.load_tree import Need, Resolution
from tests.loading.roots import GLIBC, Root, elf, need_linker


def how_found(root: Root, folder: Path, file: str) -> list[tuple[str, str | None, str | None]]:
    """Name, path and way of everything that a file needs, after the real linker was asked for the same."""
    need_linker()
    written = root.write(folder)
    written.check([file])
    tree = written.loader().load(written.row(file))
    needs = [need for need in (*tree.mapped, *tree.host, *tree.missing) if need.name != GLIBC]
    return [(n.name, None if n.row is None else written.stack.path(n.row).decode(), n.how) for n in needs]


def two_folders(**paths: str) -> Root:
    """A file that needs liba.so.1, which is in opt/a, opt/b and usr/lib."""
    files = {f"{folder}/liba.so.1": elf("liba.so.1") for folder in ("opt/a", "opt/b", "usr/lib")}
    return Root(files | {"opt/x/libx.so": elf("libx.so", ("liba.so.1",), **paths)})


@pytest.mark.parametrize(
    ("rpath", "runpath", "ld_library_path", "expected"),
    [
        (None, None, None, ("usr/lib/liba.so.1", "cache")),
        ("/opt/a", None, None, ("opt/a/liba.so.1", "rpath")),
        ("/opt/a", None, "/opt/b", ("opt/a/liba.so.1", "rpath")),
        (None, "/opt/a", "/opt/b", ("opt/b/liba.so.1", "ld-library-path")),
        (None, "/opt/a", "/opt/nothing", ("opt/a/liba.so.1", "runpath")),
        (None, "$ORIGIN/../b", None, ("opt/b/liba.so.1", "runpath")),
        ("${ORIGIN}/../b:/opt/a", None, None, ("opt/b/liba.so.1", "rpath")),
        ("/opt/nothing:/opt/$ORIGINAL", None, None, ("usr/lib/liba.so.1", "cache")),
        (None, "/$LIB/../../usr/lib/", None, ("usr/lib/liba.so.1", "runpath")),
        (None, "/opt/nothing/../a:/opt/b/", None, ("opt/b/liba.so.1", "runpath")),
    ],
)
def test_order(
    rpath: str | None, runpath: str | None, ld_library_path: str | None, expected: tuple[str, str], tmp_path: Path
) -> None:
    paths = {name: text for name, text in (("rpath", rpath), ("runpath", runpath)) if text}
    root = two_folders(**paths)
    root.env = {"LD_LIBRARY_PATH": ld_library_path} if ld_library_path else {}
    assert how_found(root, tmp_path, "opt/x/libx.so") == [("liba.so.1", *expected)]


def nested(**paths: str) -> Root:
    """A program with an RPATH that leads to libm1.so with `paths`, which needs a library that only the RPATH knows."""
    return Root(
        {
            "bin/p": elf(None, ("libm1.so",), rpath="/opt/a", interpreter=GLIBC),
            "opt/a/libm1.so": elf("libm1.so", ("libdeep.so",), **paths),
            "opt/a/libdeep.so": elf("libdeep.so"),
        }
    )


def test_rpath_counts_for_what_it_led_to(tmp_path: Path) -> None:
    assert how_found(nested(), tmp_path, "bin/p")[1] == ("libdeep.so", "opt/a/libdeep.so", "rpath")


def test_runpath_shuts_inherited_rpaths_out(tmp_path: Path) -> None:
    assert how_found(nested(runpath="/opt/b"), tmp_path, "bin/p")[1] == ("libdeep.so", None, None)


def test_runpath_is_not_inherited(tmp_path: Path) -> None:
    root = nested()
    root.files["bin/p"] = elf(None, ("libm1.so",), runpath="/opt/a", interpreter=GLIBC)
    assert how_found(root, tmp_path, "bin/p")[1] == ("libdeep.so", None, None)


def test_what_is_loaded_answers_to_its_soname(tmp_path: Path) -> None:
    root = Root(
        {
            "opt/x/libx.so": elf("libx.so", ("/opt/a/other.so", "liba.so.1"), runpath="/opt/b"),
            "opt/a/other.so": elf("liba.so.1"),
            "opt/b/liba.so.1": elf("liba.so.1"),
        }
    )
    assert how_found(root, tmp_path, "opt/x/libx.so") == [("/opt/a/other.so", "opt/a/other.so", "absolute")]


def test_the_cache_knows_sonames_and_the_folders_file_names(tmp_path: Path) -> None:
    root = Root(
        {
            "opt/x/libx.so": elf("libx.so", ("libs.so.2", "plain.so")),
            "opt/conf/libfile.so.2.5": elf("libs.so.2"),
            "usr/lib/plain.so": elf("other.so"),
            "etc/ld.so.conf": b"include /etc/ld.so.conf.d/*.conf\n",
            "etc/ld.so.conf.d/x.conf": b"# a comment\n/opt/conf/  \n",
        }
    )
    expected = [("libs.so.2", "opt/conf/libfile.so.2.5", "cache"), ("plain.so", "usr/lib/plain.so", "default")]
    assert how_found(root, tmp_path, "opt/x/libx.so") == expected


def test_other_machines_are_passed_over(tmp_path: Path) -> None:
    root = two_folders(runpath="/opt/a:/opt/b:/opt/c")
    root.files["opt/a/liba.so.1"] = elf("liba.so.1", kind="i386")
    root.files["opt/b/liba.so.1"] = elf("liba.so.1", kind="aarch64")
    root.files["opt/c/liba.so.1"] = elf("liba.so.1")
    assert how_found(root, tmp_path, "opt/x/libx.so") == [("liba.so.1", "opt/c/liba.so.1", "runpath")]


def test_origin_is_where_the_name_was_found_and_not_where_its_link_leads(tmp_path: Path) -> None:
    root = Root(
        {
            "opt/x/libx.so": elf("libx.so", ("libl.so",), runpath="$ORIGIN/links"),
            "opt/real/libl.so.1": elf("libl.so", ("libn.so",), runpath="$ORIGIN"),
            "opt/real/libn.so": elf("libn.so"),
            "opt/x/links/libn.so": elf("libn.so"),
        },
        {"opt/x/links/libl.so": "../../real/libl.so.1"},
    )
    assert how_found(root, tmp_path, "opt/x/libx.so")[1] == ("libn.so", "opt/x/links/libn.so", "runpath")


def test_the_driver_is_the_hosts(tmp_path: Path) -> None:
    root = Root({"opt/x/libx.so": elf("libx.so", ("libcuda.so.1", "libnvidia-ml.so.1", "libcudart.so.12"))})
    assert how_found(root, tmp_path, "opt/x/libx.so") == [
        ("libcuda.so.1", None, "host"),
        ("libnvidia-ml.so.1", None, "host"),
        ("libcudart.so.12", None, None),
    ]


def test_without_rows(tmp_path: Path) -> None:
    need_linker()
    written = two_folders(runpath="/opt/a:/opt/b").write(tmp_path)
    loader, row = written.loader(), written.row("opt/x/libx.so")
    less = loader.without([written.row("opt/a/liba.so.1")])
    assert less.resolve(row, "liba.so.1") == Resolution(written.row("opt/b/liba.so.1"), "runpath")
    (tmp_path / "opt/a/liba.so.1").unlink()
    written.folder = tmp_path
    assert written.ask(["opt/x/libx.so"])["opt/x/libx.so"] == written.simulated(less.load(row))
    none = less.without([written.row("opt/b/liba.so.1"), written.row("usr/lib/liba.so.1")])
    assert none.load(row).missing == (Need("liba.so.1", row, None, None),)
    assert loader.resolve(row, "liba.so.1") == Resolution(written.row("opt/a/liba.so.1"), "runpath")
    with pytest.raises(ValueError, match="no ELF file"):
        less.load(written.row("opt/a/liba.so.1"))


def test_extensions_find_what_their_process_has_and_what_its_program_knows(tmp_path: Path) -> None:
    need_linker()
    root = nested()
    root.files["ext/e.so"] = elf(None, ("libdeep.so", "liba.so.1"))
    root.files["opt/b/liba.so.1"] = elf("liba.so.1")
    written = root.write(tmp_path)
    loader, row, program = written.loader(), written.row("ext/e.so"), written.row("bin/p")
    alone = loader.load(row, program=program)
    assert [need.how for need in (*alone.mapped, *alone.missing)] == ["rpath", None]
    beside = loader.load(row, loaded=[written.row("opt/b/liba.so.1")], program=program)
    assert beside.missing == ()
    assert beside.rows == (row, written.row("opt/a/libdeep.so"))
    assert loader.resolve(row, "libdeep.so", [program]).how == "rpath"
    assert loader.resolve(row, "libdeep.so").how is None


def test_a_program_maps_its_interpreter(tmp_path: Path) -> None:
    need_linker()
    written = nested().write(tmp_path)
    row = written.row("bin/p")
    assert written.loader().load(row).mapped[0] == Need(GLIBC, row, written.row(GLIBC[1:]), "absolute")
