"""Ubuntu 22.04 in small: the bottom layer, and what `apt-get` leaves behind."""

from sample_images.recipes.dpkg import DpkgDatabase, Package, packages
from sample_images.recipes.file_formats import deb, pyc
from sample_images.recipes.filler import filler, prose, random_bytes, scaled
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.layer import Layer

RELEASED = 1_714_003_200  # 2024-04-25
MERGED_LINKS = {"bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64", "sbin": "usr/sbin"}
DIRECTORIES = "dev opt proc root run sys tmp usr/sbin var/tmp"
LISTS, APT_CACHE = "var/lib/apt/lists", "var/cache/apt"
MIRROR = "archive.ubuntu.example_ubuntu_dists_jammy"
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
_apt:x:100:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
DOCKER_CLEAN = """\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
"""


def ubuntu_root(image: ImageRecipe, database: DpkgDatabase) -> None:
    """The bottom layer, with the history of the official image, which a classic builder made."""
    image.legacy, image.clock = True, RELEASED
    image.note("ARG RELEASE")
    image.note("ARG LAUNCHPAD_BUILD_ARCH")
    image.label("org.opencontainers.image.ref.name", "ubuntu")
    image.label("org.opencontainers.image.version", "22.04")
    image.config["Env"] = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    layer = image.copy("ubuntu root", "/", verb="ADD")
    for path in DIRECTORIES.split():
        layer.directory(path)
    for path, target in MERGED_LINKS.items():
        layer.symlink(path, target)
    layer.file("etc/passwd", PASSWD)
    layer.file("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n\n")
    layer.file("etc/ld.so.conf.d/x86_64-linux-gnu.conf", "/usr/local/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu\n")
    layer.file("etc/apt/apt.conf.d/docker-clean", DOCKER_CLEAN)
    layer.file("var/lib/dpkg/info/format", "1\n")
    layer.directory(f"{APT_CACHE}/archives/partial")
    layer.directory(f"{LISTS}/partial")
    database.install(layer, *packages("ubuntu", "essential"))
    image.command("/bin/bash")
    image.legacy = False


def compile_standard_library(layer: Layer, database: DpkgDatabase) -> None:
    """What Python's post-installation script leaves: bytecode that no package owns."""
    for item in database.installed["libpython3.10-stdlib"].files:
        folder, _, name = item.path.rpartition("/")
        if name.endswith(".py"):
            cached = f"{folder}/__pycache__/{name.removesuffix('.py')}.cpython-310.pyc"
            layer.file(cached, pyc(item.data, layer.mtime))


def leave_lists(layer: Layer, database: DpkgDatabase) -> None:
    """What `apt-get update` downloads, and `rm -rf /var/lib/apt/lists/*` would remove."""
    stanzas = [f"Package: {package.name}\nVersion: {package.version}\nFilename: pool/main/{package.name}.deb\n"
               for package in database.installed.values() if "cuda" not in package.maintainer]  # fmt: skip
    layer.file(f"{LISTS}/{MIRROR}_main_binary-amd64_Packages", "\n".join(stanzas))
    layer.file(f"{LISTS}/{MIRROR}_universe_binary-amd64_Packages.lz4", b"\x04\x22\x4d\x18" + _bytes("universe", 29e6))
    layer.file(f"{LISTS}/{MIRROR}-updates_main_binary-amd64_Packages.lz4", b"\x04\x22\x4d\x18" + _bytes("upd", 13e6))
    layer.file(f"{LISTS}/{MIRROR}_InRelease", prose("Origin: Ubuntu\nSuite: jammy", 600))
    layer.file(f"{LISTS}/lock", b"", mode=0o640)
    layer.directory(f"{LISTS}/partial")


def leave_archives(layer: Layer, new: tuple[Package, ...]) -> None:
    """Downloaded packages, and the indexes that apt builds beside them."""
    for package in new:
        size = sum(len(item.data) for item in package.files) * 3 // 10
        version = package.version.replace(":", "%3a")
        name = f"{package.name}_{version}_{package.architecture}.deb"
        layer.file(f"{APT_CACHE}/archives/{name}", deb(package.name, package.version, max(size, 300)))
    layer.file(f"{APT_CACHE}/archives/lock", b"", mode=0o640)
    layer.directory(f"{APT_CACHE}/archives/partial")
    layer.file(f"{APT_CACHE}/pkgcache.bin", filler("pkgcache", scaled(32_000_000)))
    layer.file(f"{APT_CACHE}/srcpkgcache.bin", filler("srcpkgcache", scaled(32_000_000)))


def _bytes(seed: str, real_bytes: float) -> bytes:
    return random_bytes(seed, scaled(int(real_bytes)))
