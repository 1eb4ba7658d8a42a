"""`odd-layers`: the other ways in which bytes get hidden, one a layer, and entries that are easy to miscount."""

import tarfile

from sample_images.recipes.elf import Elf, elf_bytes
from sample_images.recipes.filler import filler, prose
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.layer import Entry, Layer

STARTED = 1_731_500_000
CAP_NET_RAW = "\x01\x00\x00\x02\x00\x20" + "\x00" * 14
LONG = "srv/" + "/".join(f"a-directory-name-of-a-deep-cache-{depth}" for depth in range(3)) + "/entry.bin"


def odd_layers() -> ImageRecipe:
    """The image, from scratch."""
    image = ImageRecipe("odd-layers", "odd:layers", STARTED)
    image.config["Env"] = ["PATH=/usr/bin"]
    _root(image.copy("rootfs.tar", "/", verb="ADD"))
    weights = image.copy("ranker.onnx", "/srv/models/")
    weights.file("srv/models/ranker.onnx", b"\x08\x08\x12\x07pytorch" + filler("ranker", 4_000))

    layer = image.run("sed -i s/workers=1/workers=8/ /etc/service.conf")
    layer.file("etc/service.conf", "workers=8\n" + prose("service", 990))

    image.copy("ranker.onnx", "/srv/models/")
    image.layers[-1] = weights  # rewritten-identical: the very same blob once more

    layer = image.run("rm /var/core.1234 /data/shard-0.copy /data/shard-1.bin /data/shard-1.copy")
    for path in ("var/core.1234", "data/shard-0.copy", "data/shard-1.bin", "data/shard-1.copy"):
        layer.whiteout(path)

    image.run("rm -r /opt/build").whiteout("opt/build")

    layer = image.run("rm -r /srv/cache && mkdir /srv/cache && touch /srv/cache/new.bin")
    layer.opaque("srv/cache")
    layer.file("srv/cache/new.bin", filler("new", 300))

    layer = image.run("ln -sf libdemo.so.2 /usr/lib/libdemo.so && rm -r /opt/tools && cp /usr/bin/busybox /opt/tools")
    layer.symlink("usr/lib/libdemo.so", "libdemo.so.2")
    layer.file("opt/tools", '#!/usr/bin/sh\nexec busybox "$@"\n', mode=0o755)

    layer = image.copy("notes.txt", "/etc/")
    layer.tar_format = tarfile.USTAR_FORMAT
    layer.file("etc/notes.txt", prose("first version", 1_400))
    layer.file("etc/notes.txt", prose("last version", 900))

    image.command("sh")
    return image


def _root(layer: Layer) -> None:
    layer.symlink("bin", "usr/bin")
    layer.file("usr/bin/busybox", elf_bytes(Elf("busybox", 1_400, needed=())), mode=0o755)
    for applet in ("cat", "ls", "sh"):
        layer.hardlink(f"usr/bin/{applet}", "usr/bin/busybox", mode=0o755)
    ping = elf_bytes(Elf("ping", 1_600))
    layer.add(Entry("usr/bin/ping", data=ping, mode=0o755, xattrs=(("security.capability", CAP_NET_RAW),)))
    layer.file("etc/service.conf", "workers=1\n" + prose("service", 990))
    layer.file("etc/empty", b"")
    layer.symlink("etc/absolute", "/etc/service.conf")
    layer.symlink("etc/dangling", "../no/such/file")
    layer.file("var/core.1234", filler("core", 2_500), mode=0o600, owner=1000)
    for shard in (0, 1):
        layer.file(f"data/shard-{shard}.bin", filler(f"shard {shard}", 900 + shard))
        layer.hardlink(f"data/shard-{shard}.copy", f"data/shard-{shard}.bin")
    layer.file("opt/build/main.o", filler("main.o", 1_300))
    layer.file("opt/build/objects/util.o", filler("util.o", 1_500))
    layer.file("opt/tools/helper", filler("helper", 1_100), mode=0o755)
    layer.file("srv/cache/one.bin", filler("one", 1_000))
    layer.file("srv/cache/deeper/two.bin", filler("two", 1_400))
    layer.file("usr/lib/libdemo.so", elf_bytes(Elf("libdemo 1", 1_500, "libdemo.so.1")))
    layer.file("usr/lib/libdemo.so.2", elf_bytes(Elf("libdemo 2", 1_520, "libdemo.so.2")))
    vocabulary = prose("vocabulary", 1_200)
    layer.file("srv/models/a/vocab.json", vocabulary)
    layer.file("srv/models/b/vocab.json", vocabulary)
    layer.file("srv/größe und 表.txt", prose("a name in UTF-8", 100))
    layer.file(LONG, filler("long", 700))
