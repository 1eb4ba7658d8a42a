"""Mutated texts beside an image: Dockerfiles, configurations, an engine's tar-split, a registry's challenges."""

import json
import random
from io import BytesIO

from layerscope.blob.access import SeekAccess
from layerscope.dockerfile.matched import find_dockerfile
from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.errors import LayerscopeError
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan_layer import scan_layer
from layerscope.patched import patch_plan
from layerscope.probes import PROBES
from layerscope.settings.dive_ci import read_dive_ci
from layerscope.settings.file import read_settings
from layerscope.sources.registry.challenge import parse_challenges
from layerscope.sources.store.split_reader import SplitReader
from layerscope.sources.store.tar_split import LazySplit, read_tar_split
from tests.fuzzing.files import written
from tests.fuzzing.kept import NAIVE, large_analysis
from tests.fuzzing.mutate import change_json, change_lines, change_numbers, cut_or_repeat, flip_bits
from tests.fuzzing.seeds import SMALL_LAYERS
from tests.sources.store.docker_root import split_lines

DOCKERFILES = tuple(path.read_bytes() for path in sorted((NAIVE.parent / "dockerfiles").glob("*.Dockerfile")))
TOML = (
    b'purpose = "dev"\nmax-ratio = 100\nbandwidth = "500 Mbit/s"\n\n[budget]\nstored = "6 GB"\nvariant = ["base"]\n'
    b'forbidden = ["*.pem", "/root/.ssh/"]\n\n[findings]\npip-cache = "error"\napt-lists = "5 MB"\n'
)
DIVE = b"# dive\nrules:\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: disabled\n"
CHALLENGE = b'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull", Basic'
WORDS = (
    b"\\",
    b"`",
    b"<<EOF",
    b"&&",
    b"--mount=type=cache",
    b"rm -rf",
    b"$(",
    b"'",
    b'"',
    b"FROM",
    b"\r",
    b"\xff",
    b"=",
)


def mutated_dockerfile(rng: random.Random) -> bytes:
    """A Dockerfile with other lines or words."""
    # What all cases share is made here, where no time is taken.
    large_analysis()
    content = rng.choice(DOCKERFILES)
    for _ in range(rng.randint(1, 4)):
        content = change_lines(content, rng) if rng.random() < 0.4 else _with_a_word(content, rng)
    return content


def _with_a_word(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(WORDS) + content[at + rng.choice((0, 0, 1, 5)) :]


def patch_dockerfile(content: bytes) -> None:
    """A Dockerfile is matched with an image and patched; what comes out is a Dockerfile."""
    analysis = large_analysis()
    try:
        dockerfile = parse_dockerfile(content)
    except LayerscopeError:
        return
    matched, _ = find_dockerfile(analysis.image, (dockerfile, "Dockerfile"))
    assert matched is not None
    parse_dockerfile(patch_plan(matched, analysis.plan, analysis.detected_base).text)


def mutated_settings(rng: random.Random) -> bytes:
    """A configuration, ours or dive's."""
    content = rng.choice((TOML, DIVE))
    return change_lines(content, rng) if rng.random() < 0.6 else rng.choice((flip_bits, cut_or_repeat))(content, rng)


def read_configuration(content: bytes) -> None:
    """A configuration gives settings, or one of our errors."""
    read = read_dive_ci if content.startswith(DIVE[:3]) else read_settings
    with written(content, ".toml") as path:
        try:
            read(path)
        except LayerscopeError:
            return


def mutated_split(rng: random.Random) -> bytes:
    """An engine's tar-split with other values or lines."""
    lines = [json.dumps(line).encode() for line in split_lines(rng.choice(SMALL_LAYERS))]
    at = rng.randrange(len(lines))
    lines[at] = change_json(lines[at], rng)
    text = b"\n".join(lines) + b"\n"
    return change_lines(text, rng) if rng.random() < 0.3 else text


class Zeros:
    """The contents of a folder."""

    def read_into(self, _number: int, _offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer."""
        buffer[:] = bytes(len(buffer))


def scan_split(content: bytes) -> None:
    """The tar that a tar-split describes is scanned."""
    lazy = LazySplit(lambda: read_tar_split(BytesIO(content)))
    try:
        scan_layer(SeekAccess(SplitReader(lazy, Zeros())), ProbeSet(PROBES))
    except LayerscopeError:
        return


def mutated_challenge(rng: random.Random) -> bytes:
    """A header in which a registry says what it wants to be shown."""
    return rng.choice((flip_bits, cut_or_repeat, change_numbers))(CHALLENGE * rng.choice((1, 1, 3, 50)), rng)


def read_challenge(content: bytes) -> None:
    """Challenges are schemes and parameters, whatever a header holds."""
    for challenge in parse_challenges(content.decode("latin-1").splitlines()):
        assert challenge.scheme
        assert "" not in challenge.parameters
