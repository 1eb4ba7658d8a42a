#!/usr/bin/env python3
"""Write the sample images, `expected.json` and the tables of the README; with --check, only compare.

The archives are kept in git because a compressor's output depends on its version: for compressed archives
--check compares what is in the blobs, for all others every byte.
"""

import argparse
import io
import json
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sample_images.recipes.archives import COMPRESSED_FORMS, DECOMPRESS, FORMS
from sample_images.recipes.filler import SCALE
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.naive_devel import naive_devel
from sample_images.recipes.odd_layers import odd_layers
from sample_images.recipes.readme import with_numbers
from sample_images.recipes.replay import Replay
from sample_images.recipes.tidy_multistage import tidy_multistage
from sample_images.recipes.wheelhouse import wheelhouse

HERE = Path(__file__).resolve().parent
IMAGES = {
    naive_devel: ("docker",),
    tidy_multistage: tuple(FORMS),
    wheelhouse: ("docker",),
    odd_layers: ("docker",),
}


def main(argv: list[str]) -> int:
    """Write or check; the exit status is 1 where --check finds a difference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where a file is not as it would be")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the samples are; the script's own folder")
    options = parser.parse_args(argv)
    files = build(options.folder)
    if options.check:
        problems = check(options.folder, files)
        print("\n".join(problems) or f"all {len(files)} files are as they should be")
        return 1 if problems else 0
    for name, data in files.items():
        (options.folder / name).write_bytes(data)
        print(f"{len(data):>9,} B  {name}")
    return 0


def build(folder: Path) -> dict[str, bytes]:
    """Every file that the script is responsible for, by name."""
    files: dict[str, bytes] = {}
    images = {}
    for make, forms in IMAGES.items():
        image = make()
        for form in forms:
            files[f"{image.name}.{form}.tar"] = FORMS[form](image)
        images[image.name] = {"archives": [f"{image.name}.{form}.tar" for form in forms], **expected_of(image)}
    expected = {"scale": SCALE, "images": images}
    files["expected.json"] = (json.dumps(expected, indent=2) + "\n").encode()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    files["README.md"] = with_numbers(readme, expected).encode()
    return files


def expected_of(image: ImageRecipe) -> dict[str, object]:
    """What a correct reader says of one image."""
    replay = Replay()
    for layer in image.layers:
        replay.apply(layer.tar)
    return {"image_id": f"sha256:{sha256(image.config_bytes()).hexdigest()}", **replay.expected()}


def check(folder: Path, files: dict[str, bytes]) -> list[str]:
    """One line for each file that is missing or differs from what was built."""
    problems = []
    for name, wanted in files.items():
        path = folder / name
        if not path.exists():
            problems.append(f"{name}: missing")
        elif not same(name, path.read_bytes(), wanted):
            problems.append(f"{name}: differs; run make_samples.py")
    return problems


def same(name: str, found: bytes, wanted: bytes) -> bool:
    """Whether a file is as built: to the byte, or for compressed archives in what its blobs hold."""
    if any(name.endswith(f".{form}.tar") for form in COMPRESSED_FORMS):
        return found == wanted or unpacked(found) == unpacked(wanted)
    return found == wanted


def unpacked(archive: bytes) -> list[str]:
    """Configuration and layers of an OCI archive as digests of uncompressed bytes, or what is wrong with it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as outer:
        blobs = {member.name: _bytes(outer, member) for member in outer if member.isreg()}
    for name, data in blobs.items():
        if name.startswith("blobs/") and not name.endswith(sha256(data).hexdigest()):
            return [f"{name}: wrong digest"]
    index = json.loads(blobs["index.json"])
    manifest = json.loads(_blob(blobs, index["manifests"][0]))
    digests = [sha256(_blob(blobs, manifest["config"])).hexdigest()]
    for layer in manifest["layers"]:
        kind = layer["mediaType"].rpartition(".")[2]
        digests.append(f"{kind} {sha256(DECOMPRESS[kind](_blob(blobs, layer))).hexdigest()}")
    return digests


def _blob(blobs: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    return blobs["blobs/" + descriptor["digest"].replace(":", "/")]


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
