"""safetensors, compared with what the format's own library writes."""

import json
import struct
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from layerscope.probes.model_fact import ModelFile
from tests.probes.model_views import PROBE, model_of

NAMES = {"float32": "F32", "float16": "F16", "int64": "I64", "uint8": "U8", "bool": "BOOL"}
SHAPES = st.lists(st.integers(0, 5), max_size=3)


def packed(header: bytes, tensors: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + tensors


@given(st.dictionaries(st.text(max_size=5), st.tuples(st.sampled_from(sorted(NAMES)), SHAPES), max_size=6))
def test_what_the_library_writes(tensors: dict[str, tuple[str, list[int]]]) -> None:
    arrays = {name: np.zeros(shape, dtype) for name, (dtype, shape) in tensors.items() if name != "__metadata__"}
    counts: dict[str, int] = {}
    for array in arrays.values():
        dtype = NAMES[array.dtype.name]
        counts[dtype] = counts.get(dtype, 0) + array.size
    dtypes = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    expected = ModelFile("safetensors", parameters=sum(counts.values()), dtypes=dtypes)
    assert model_of("m/model.safetensors", save(arrays)) == expected


def test_what_it_says_about_itself() -> None:
    arrays = {"w": np.zeros((3, 4), "float16")}
    model = partial(ModelFile, "safetensors", parameters=12, dtypes=(("F16", 12),))
    titled = save(arrays, {"modelspec.title": "Tiny", "modelspec.architecture": "stable-diffusion-v1/lora"})
    assert model_of("lora.safetensors", titled) == model(name="Tiny", architecture="stable-diffusion-v1/lora")
    assert model_of("x.bin", save(arrays, {"name": "n" * 300})) == model(name="n" * 256)
    assert model_of("x.bin", save(arrays, {"format": "pt"})) == model()


@pytest.mark.parametrize("count", [2_000, 20_000])
def test_a_header_longer_than_the_head(count: int) -> None:
    content = save({f"layers.{number}.weight": np.zeros(2, "uint8") for number in range(count)})
    assert struct.unpack_from("<Q", content)[0] > PROBE.head_bytes
    expected = ModelFile("safetensors", parameters=2 * count, dtypes=(("U8", 2 * count),))
    assert model_of("m.safetensors", content) == expected


def test_a_header_too_long_to_be_parsed() -> None:
    content = save({"w": np.zeros(3)}, {"notes": "x" * (9 << 20)})
    assert PROBE.more(content[: PROBE.head_bytes]) == ()
    assert model_of("m.safetensors", content) == ModelFile("safetensors")


def test_the_longest_header_that_is_parsed() -> None:
    padded = b"{}".ljust((8 << 20) - 8)
    assert model_of("m.safetensors", packed(padded)) == ModelFile("safetensors", parameters=0)
    assert model_of("m.safetensors", packed(padded + b" ")) == ModelFile("safetensors")


def test_other_content_is_none() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
    for content in (b"", b"{", b"{}", pointer, packed(b"[]"), packed(b"{}")[:9], struct.pack("<Q", 200) + b"{}"):
        assert model_of("m.safetensors", content) is None


def entry(**changed: object) -> bytes:
    return json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], **changed}}).encode()


@pytest.mark.parametrize(
    "header",
    [
        b"{]",
        b'{"a":}',
        b"{\xff}",
        b'{"a":' * 100_000 + b"}" * 100_000,
        b'{"w":{"dtype":"F32","shape":[' + b"9" * 5_000 + b"]}}",
        b'{"w":5}',
        b'{"w":{}}',
        entry(dtype=5),
        entry(dtype="F" * 40),
        entry(shape=5),
        entry(shape=["1"]),
        entry(shape=[1.5]),
        entry(shape=[True]),
        entry(shape=[-1]),
        entry(shape=[1 << 63]),
        entry(shape=[1 << 40]),
        entry(shape=[1] * 100),
    ],
    ids=lambda header: header[:40].decode("latin-1"),
)
def test_broken_headers(header: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|tensor|parameters"):
        model_of("m.safetensors", packed(header, b"\0" * 4))


def test_odd_metadata_is_not_believed() -> None:
    for metadata in ("5", "[]", '{"name": 5}', '{"name": ""}', "null"):
        header = b'{"__metadata__":' + metadata.encode() + b"}  "
        assert model_of("m.safetensors", packed(header)) == ModelFile("safetensors", parameters=0)
