"""`naive-devel`: the devel image, everything installed on it, cleaned too late."""

import json
from pathlib import Path

from sample_images.recipes.cuda import cuda_cudnn_devel
from sample_images.recipes.dpkg import DpkgDatabase, packages
from sample_images.recipes.file_formats import pyc, safetensors
from sample_images.recipes.filler import prose, random_bytes, scaled
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.layer import Layer
from sample_images.recipes.ubuntu import compile_standard_library, leave_archives, leave_lists
from sample_images.recipes.wheels import distributions, install, leave_pip_cache

STARTED = 1_731_492_000  # 2024-11-13
SITE = "usr/local/lib/python3.10/dist-packages"
CONTEXT = Path(__file__).parents[1] / "dockerfiles"
MODEL = safetensors("model.safetensors", scaled(537_000_000))
GIT_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
COMMIT = "5d3f6c0b9a1e4f7782c6d0e1b2a394857f6e5d4c"


def naive_devel() -> ImageRecipe:
    """The image; the classic builder made its last eight steps."""
    image = ImageRecipe("naive-devel", "naive:devel", STARTED)
    database = DpkgDatabase()
    cuda_cudnn_devel(image, database)
    image.later(STARTED)
    image.legacy = True
    layer = image.run(
        "rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y python3 python3-pip vim gdb"
    )
    new = (*packages("ubuntu", "python"), *packages("ubuntu", "pip"), *packages("ubuntu", "tools"))
    layer.whiteout("etc/apt/apt.conf.d/docker-clean")
    database.install(layer, *new)
    compile_standard_library(layer, database)
    leave_lists(layer, database)
    leave_archives(layer, new)
    layer = image.run("pip install --upgrade pip && pip install torch==2.5.1 torchvision==0.20.1")
    wheels = (*distributions("pip"), *distributions("torch"))
    install(layer, SITE, wheels, compile_bytecode=True)
    leave_pip_cache(layer, wheels)
    image.workdir("/app")
    _application(image.copy("app", "/app", what="dir"))
    image.copy("model.safetensors", "/models/").file("models/model.safetensors", MODEL)
    layer = image.run("chmod -R g+w /models")
    layer.directory("models", mode=0o775)
    layer.mtime = image.layers[-2].mtime  # chmod changes no modification time
    layer.file("models/model.safetensors", MODEL, mode=0o664)
    layer = image.run("rm -rf /usr/share/doc /var/cache/apt/archives")
    layer.whiteout("usr/share/doc")
    layer.whiteout("var/cache/apt/archives")
    image.command("python3", "serve.py")
    return image


def copy_service(layer: Layer, name: str) -> None:
    """A service of the Dockerfiles' context, under `/app`."""
    for path in sorted((CONTEXT / name).iterdir()):
        if path.is_file():
            layer.file(f"app/{path.name}", path.read_bytes())


def _application(layer: Layer) -> None:
    """A working copy as it lies on a developer's disk, with no `.dockerignore`."""
    copy_service(layer, "app")
    test = prose("# def test_serve", 700).encode()
    layer.file("app/tests/test_serve.py", test)
    layer.file("app/tests/__pycache__/test_serve.cpython-310.pyc", pyc(test, STARTED))
    layer.file("app/tests/fixtures/batch.npy", b"\x93NUMPY\x01\x00" + random_bytes("batch", 1_500))
    layer.file("app/.env", "API_TOKEN=not-a-real-token-this-is-a-sample\n", mode=0o600)
    image_output = {"output_type": "display_data", "data": {"image/png": random_bytes("plot", 900).hex()}}
    cell = {"cell_type": "code", "execution_count": 1, "source": ["plot(loss)"], "outputs": [image_output]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    layer.file("app/notebooks/explore.ipynb", json.dumps(notebook, indent=1) + "\n")
    layer.file("app/.git/HEAD", "ref: refs/heads/main\n")
    layer.file("app/.git/config", GIT_CONFIG)
    layer.file("app/.git/refs/heads/main", f"{COMMIT}\n")
    pack = b"PACK\x00\x00\x00\x02" + random_bytes("pack", scaled(90_000_000))
    layer.file(f"app/.git/objects/pack/pack-{COMMIT}.pack", pack, mode=0o444)
