"""Images that are made to keep a dynamic linker busy for ever: the answer is short, or a refusal."""

from collections.abc import Sequence

import pytest

from layerscope.index.file_index import FileIndex
from layerscope.loading.config import LoaderConfig, read_config
from layerscope.loading.load_tree import Resolution
from layerscope.loading.loader import Loader
from layerscope.probes import PROBES, ld_so_conf
from layerscope.twins import live_libraries
from tests.images import Item, file, symlink
from tests.indexing import index_of
from tests.probes.elf_images import NEEDED, RPATH, RUNPATH, SONAME, Elf


def library(*needed: str, soname: str = "", rpath: str = "", runpath: str = "") -> bytes:
    texts = ((SONAME, soname), (RPATH, rpath), (RUNPATH, runpath), *((NEEDED, name) for name in needed))
    return Elf(dynamic=[(tag, text.encode()) for tag, text in texts if text]).build()


def loader_of(items: Sequence[Item], config: LoaderConfig | None = None) -> tuple[FileIndex, Loader]:
    index = index_of([items], probes=(*ld_so_conf.PROBES, *PROBES))
    return index, Loader(index, dict(live_libraries(index)), config or read_config(index))


def test_circles_of_needs_end() -> None:
    items = [file("lib/liba.so", library("libb.so", soname="liba.so")), file("lib/libb.so", library("liba.so"))]
    _, loader = loader_of(items)
    assert loader.load(0).rows == (0, 1)
    assert loader.load(1).rows == (1, 0)


def test_circles_of_links_lead_nowhere() -> None:
    items = [
        file("x/libx.so", library("liba.so", "libb.so", runpath="/one:/folder/two:/folder/../three:/ok")),
        symlink("one", "folder/two"),
        symlink("folder/two", "../one"),
        symlink("three", "three/three"),
        symlink("ok/liba.so", "libb.so"),
        symlink("ok/libb.so", "liba.so"),
        symlink("ok/libc.so", "x" * 5_000),
    ]
    _, loader = loader_of(items)
    assert [need.name for need in loader.load(0).missing] == ["liba.so", "libb.so"]


def test_41_links_are_too_many_and_40_are_not() -> None:
    chain = [symlink(f"l/{number}.so", f"{number + 1}.so") for number in range(60)]
    items = [file("x/a.so", library("20.so", "21.so", runpath="/l")), *chain[:61], file("l/60.so", library())]
    index, loader = loader_of(items)
    assert loader.resolve(0, "20.so") == Resolution(len(index) - 1, "runpath")
    assert loader.resolve(0, "19.so") == Resolution(None, None)


def test_search_paths_of_thousands_of_folders() -> None:
    paths = ":".join(f"/none/{number}" for number in range(5_000))
    _, loader = loader_of([file("x/a.so", library("b.so", rpath=f"{paths}:/l")), file("l/b.so", library())])
    assert loader.load(0).rows == (0, 1)


def test_many_files_that_miss_many_libraries_are_refused() -> None:
    names = [f"l{number}.so" for number in range(130)]
    missing = [f"no{number}.so" for number in range(2_000)]
    items = [file(f"lib/{name}", library(*names, *missing)) for name in names]
    _, loader = loader_of(items)
    with pytest.raises(ValueError, match="too many steps"):
        loader.load(0)
    with pytest.raises(ValueError, match="too many steps"):
        loader.resolve(1, "l1.so")


@pytest.mark.parametrize(("count", "is_refused"), [(100, False), (250, True)])
def test_search_paths_that_grow_from_file_to_file(count: int, is_refused: bool) -> None:
    paths = ":".join(f"/./././././d{number}" for number in range(15 * count))
    items = [file(f"d{n}/l{n}.so", library(f"l{n + 1}.so", rpath=f"$ORIGIN/../d{n + 1}:{paths}")) for n in range(count)]
    _, loader = loader_of(items)
    if is_refused:
        with pytest.raises(ValueError, match="too many steps"):
            loader.load(0)
    else:
        assert loader.load(0).rows == tuple(range(count))


def test_tokens_do_not_multiply() -> None:
    folder = "/".join(["f" * 200] * 15)
    deep = file(f"{folder}/a.so", library("b.so", runpath="$ORIGIN" * 500 + ":$ORIGIN"))
    _, loader = loader_of([deep, file(f"{folder}/b.so", library())])
    assert loader.load(0).rows == (0, 1)


@pytest.mark.parametrize(
    "name", ["", "/", "..", "../..", "\udc80", "\ud800x", "$", "${ORIGIN", "$ORIGIN", "a\0b", "[a"]
)
def test_odd_names_are_answered(name: str) -> None:
    config = LoaderConfig(name, name)
    _, loader = loader_of([file("x/a.so", library("b.so", runpath="/l")), file("l/b.so", library())], config)
    assert loader.resolve(0, name) == Resolution(None, None)
    assert loader.resolve(0, "b.so") == Resolution(1, "runpath")


@pytest.mark.parametrize(("count", "is_refused"), [(5, False), (200, True)])
def test_configurations_that_include_themselves(count: int, is_refused: bool) -> None:
    texts = {f"etc/ld.so.conf.d/{number}.conf": "include *.conf\n" * count for number in range(count)}
    texts |= {"etc/ld.so.conf": "include ld.so.conf.d/*.conf\n", "etc/ld.so.conf.d/z.conf": "include ../ld.so.conf\n/z"}
    items = [file("x/a.so", library("b.so")), file("z/libb.so", library(soname="b.so"))]
    _, loader = loader_of([*items, *(file(path, text.encode()) for path, text in texts.items())])
    if is_refused:
        with pytest.raises(ValueError, match="too many steps"):
            loader.resolve(0, "b.so")
    else:
        assert loader.resolve(0, "b.so") == Resolution(1, "cache")


def test_rows_that_are_no_files_are_refused() -> None:
    _, loader = loader_of([file("x/a.so", library()), file("x/b.so", b"text")])
    for row in (1, 2, -1):
        with pytest.raises(ValueError, match="no ELF file"):
            loader.load(row)
    with pytest.raises(ValueError, match="no ELF file"):
        loader.load(0, loaded=[1])
    with pytest.raises(ValueError, match="no ELF file"):
        loader.resolve(0, "x", [1])
