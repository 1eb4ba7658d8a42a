"""The live files of real images: what the index shows against what a container of the same image shows."""

from dataclasses import dataclass
from pathlib import Path

import docker
import numpy as np
import pytest

import layerscope
from layerscope.analysis import Analysis, LayerTotals
from layerscope.layers.entry import Kind
from layerscope.oci.config import History
from tests.engine.tools import BUILDERS, EngineImages, base_items, export, raw
from tests.engine.trees import exported_tree, live_tree, without
from tests.images import chardev, directory, fifo, file, hardlink, layer, symlink

pytestmark = pytest.mark.engine

LONG_NAME = "long-" + "n" * 250
DEEP_PATH = "/".join(["deep"] * 60)

ADDED = layer(
    directory("set", 0o2775, gid=7),
    file("set/one", b"added", mode=0o4711, uid=11, gid=12, mtime=1_000_000_000),
    hardlink("set/two", "set/one"),
    symlink("set/link", "../nowhere"),
    chardev("set/null", 1, 3),
    fifo("set/pipe"),
)

CASES = {
    "overwrite-and-chmod": """
        RUN mkdir -p /app/sub && echo one > /app/a && echo two > /app/sub/b && chmod 600 /app/a
        RUN echo ONE > /app/a && echo longer than before > /app/sub/b
        RUN chmod -R g+w,o-r /app && chown -R 7:8 /app/sub
        COPY context /app/a
        RUN touch /app/a""",
    "delete": """
        RUN mkdir -p /d/e/f /gone && echo 1 > /d/1 && echo 2 > /d/e/2 && echo 3 > /d/e/f/3 && echo 4 > /gone/4
        RUN echo 5 > /5
        RUN echo 6 > /d/e/6 && echo 7 > /gone/7
        RUN rm /d/e/2 /5 && rm -rf /d/e/f /gone
        RUN echo again > /5 && mkdir /d/e/f
        RUN rm -rf /d/e""",
    "recreate": """
        RUN mkdir -p /d/e && echo 1 > /d/1 && echo 2 > /d/e/2 && echo 3 > /3
        RUN echo 4 > /d/4
        RUN rm -rf /d && mkdir -p /d/e && echo new > /d/e/new && rm /3 && echo 3 > /3
        RUN rm -rf /d/e && mkdir /d/e
        COPY context /d/e/new""",
    "move": """
        RUN mkdir -p /a/b && echo 1 > /a/1 && echo 2 > /a/b/2 && echo 3 > /3
        RUN mv /a/b /c && mv /3 /a/3
        RUN mv /a /b
        RUN mv /c /a && mv /b/1 /a/2""",
    "hard-links": """
        RUN echo 1 > /1 && ln /1 /1b && ln /1 /1c && echo 2 > /2 && ln /2 /2b && echo 3 > /3 && ln /3 /3b
        RUN echo 4 > /4 && ln /4 /4b && echo 5 > /5 && ln /5 /5b && echo 6 > /6 && mkdir /d && ln /6 /d/6
        RUN rm /1 && echo 22 > /2 && chmod 600 /3b && rm /4 /4b && mv /5 /5c
        RUN ln /6 /6c && rm -rf /d && ln /2b /2c
        RUN rm /1b && ln /1c /1""",
    "hard-links-of-symbolic-links": """
        RUN echo 1 > /1 && ln -s 1 /s && ln -P /s /t && mkfifo /p && ln /p /q
        RUN rm /s""",
    "symbolic-links": """
        RUN mkdir /real && ln -s real /link && ln -s /real/file /to-file && echo 1 > /link/file && ln -s loop /loop
        COPY context /link/copied
        COPY context /lib/written-through
        RUN echo 2 > /lib/also && echo 3 > /to-file && rm /usr/lib/written-through
        RUN rm /link && mkdir /link && echo 4 > /link/file
        RUN rm -rf /link && ln -s usr/lib /link && ln -sf elsewhere /to-file""",
    "change-of-type": """
        RUN mkdir -p /d/e && echo 1 > /d/e/1 && echo f > /f && ln -s d /l && mkfifo /p && mkdir /x && echo x > /x/x
        RUN rm -rf /d && echo now a file > /d && rm /f && mkdir /f && echo in > /f/in && rm /p && echo p > /p
        RUN rm /l && echo was a link > /l && rm -rf /x && ln -s f /x
        RUN rm -r /f && mkfifo /f && rm /d && mkdir /d && echo back > /d/back""",
    "modes-and-owners": """
        RUN echo 1 > /usr/bin/su1 && chmod 4755 /usr/bin/su1 && mkdir -m 1777 /sticky && mkdir -m 2775 /group
        COPY --chown=123:456 context /sticky/owned
        COPY --chown=99 folder /group/folder
        RUN cp /usr/bin/capable /usr/bin/incapable && touch /usr/bin/capable && chmod 2711 /group/folder/1
        RUN chown 5:6 /usr/bin/su1 /usr/bin/capable""",
    "names": f"""
        RUN mkdir "/a b" && echo 1 > "/a b/c  d" && echo 2 > "/ä-名-é" && echo 3 > "$(printf '/new\\nline')"
        RUN echo 4 > '/back\\\\slash'
        RUN echo 5 > "$(printf '/latin-\\344')" && echo 6 > /-dash && echo 7 > '/ ' && echo 8 > '/é'
        RUN echo 9 > '/[red]*?'
        RUN echo 10 > /{LONG_NAME} && mkdir -p /{DEEP_PATH} && echo 11 > /{DEEP_PATH}/file
        RUN rm "$(printf '/new\\nline')" "/a b/c  d" "$(printf '/latin-\\344')" && rm -rf /{DEEP_PATH}/file /-dash
        COPY ["context", "/a b/c  d"]
        RUN mv /{LONG_NAME} "/moved $(printf '\\t\\033[1m')" """,
    "metadata-only": """
        ENV A=1
        WORKDIR /made
        LABEL empty=yes
        WORKDIR /made
        RUN cat /dev/null
        VOLUME /volume
        USER 12
        CMD ["sh"]""",
    "added-archive-and-stages": """
        RUN mkdir -p /from && echo 1 > /from/1 && ln /from/1 /from/2 && head -c 1000000 /dev/zero > /from/zeros
        ADD added.tar /added/
        RUN cp --sparse=always /from/zeros /sparse && cp -a /added /again && rm /added/set/one
        ADD added.tar /again/
        FROM 0
        COPY --from=0 /from /copied
        COPY --from=0 /again/set/two /copied/1
        COPY folder /folder
        COPY folder/2 /folder/1""",
}

CONTEXT = {"context": b"from the context", "folder/1": b"first", "folder/2": b"second", "added.tar": ADDED}


@dataclass(frozen=True, slots=True)
class Built:
    """A built image and what layerscope says of it."""

    name: str
    analysis: Analysis


@pytest.fixture(scope="module", params=[(case, builder) for case in CASES for builder in BUILDERS], ids="-".join)
def built(
    request: pytest.FixtureRequest,
    engine_images: EngineImages,
    base_image: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Built:
    """Build each case with each builder."""
    case, builder = request.param
    steps = CASES[case].replace("FROM 0", f"FROM {base_image}").replace("\n        ", "\n")
    folder = tmp_path_factory.mktemp("context")
    name = engine_images.build(base_image, steps, folder, builder=builder, files=CONTEXT)
    return Built(name, layerscope.analyze(f"docker:{name}", pull="never"))


@pytest.fixture(scope="module")
def container_paths(base_image: str) -> set[bytes]:
    """Find what `docker create` puts into a container by itself: what its export has and the base image has not."""
    return set(exported_tree(export(base_image))) - {raw(item.path) for item in base_items()}


def test_live_files_are_those_of_a_container(built: Built, container_paths: set[bytes]) -> None:
    expected = without(exported_tree(export(built.name)), container_paths)
    assert without(live_tree(built.analysis), container_paths) == expected


def test_nothing_is_left_unsaid(built: Built) -> None:
    assert built.analysis.is_complete
    assert built.analysis.warnings == ()


def test_layers_have_the_sizes_of_docker_history(built: Built) -> None:
    """Docker adds the lengths of symbolic links to the content of a layer's entries, but for BuildKit's layers."""
    client = docker.from_env()
    try:
        if (driver := client.info()["Driver"]) != "overlay2":
            pytest.skip(f"the sizes are those of the overlay2 store, this engine has {driver}")
        told = client.api.history(built.name)
    finally:
        client.close()
    steps = built.analysis.image.config.history
    # Docker lists the newest step first, and a step without a layer as 0 bytes.
    sizes = [size["Size"] for size in reversed(told)]
    totals = iter(built.analysis.layer_totals)
    assert sizes == [0 if step.empty_layer else docker_size(next(totals), step) for step in steps]
    assert not list(totals)


def test_sums_hold(built: Built) -> None:
    index = built.analysis.index
    assert index.stored_bytes == sum(total.content_bytes for total in built.analysis.layer_totals)
    tree = live_tree(built.analysis)
    contents = {min(node.names, default=path): node.size for path, node in tree.items() if node.kind == "file"}
    assert index.live_bytes == sum(contents.values())


def test_directories_that_no_entry_names(engine_images: EngineImages, container_paths: set[bytes]) -> None:
    """An engine makes the directories above an entry; the index has no rows for them, and nothing else is missing."""
    tar = layer(file("a/b/c", b"1"), symlink("a/d/e", "f"), file("g/h", b"2"))
    name = engine_images.from_tar(tar, engine_images.name("parents"))
    live = without(live_tree(layerscope.analyze(f"docker:{name}", pull="never")), container_paths)
    exported = without(exported_tree(export(name)), container_paths | {b"dev", b"etc", b"proc", b"sys"})
    parents = {str(parent).encode() for path in live for parent in Path(path.decode()).parents} - {b"."}
    assert without(exported, parents) == live
    assert {exported[parent].kind for parent in parents} == {"directory"}


def docker_size(total: LayerTotals, step: History) -> int:
    """Return what Docker Engine's overlay2 store counts for a layer.

    It walks the files of a layer that it unpacked or that a container left, and there a symbolic link is as long as
    its target; for a layer of BuildKit it adds up the sizes in the tar's headers.
    """
    if step.comment.startswith("buildkit"):
        return total.content_bytes
    links = np.flatnonzero(total.scan.kinds == Kind.SYMLINK).tolist()
    return total.content_bytes + sum(len(total.scan.targets[row]) for row in links)
