"""GGUF, compared with what ggml's own Python library writes and reads."""

import struct
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFEndian, GGUFReader, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

from layerscope.probes.model_fact import ModelFile
from tests.probes.model_views import PROBE, model_of

STRING, ARRAY, UINT8 = 8, 9, 0


def finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write(path: Path, *, tokens: int = 10, order: GGUFEndian = GGUFEndian.LITTLE) -> bytes:
    writer = GGUFWriter(path, "llama", endianess=order)
    writer.add_uint32("llama.block_count", 2)
    writer.add_bool("some.flag", True)
    writer.add_float64("some.number", 1.5)
    writer.add_token_list([f"token {number}" for number in range(tokens)])
    writer.add_token_scores([0.5] * tokens)
    writer.add_name("Tiny Llama")
    writer.add_tensor("token_embd.weight", np.zeros((tokens, 4), "float32"))
    writer.add_tensor("blk.0.attn_norm.weight", np.zeros(7, "float16"))
    writer.add_tensor("ids", np.zeros((2, 3), "int32"))
    finish(writer)
    return path.read_bytes()


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def header(tensors: bytes = b"", values: bytes = b"", *, version: int = 3, counts: tuple[int, int] = (0, 1)) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, *counts) + values + tensors


def value(kind: int, content: bytes, key: bytes = b"k") -> bytes:
    return text(key) + struct.pack("<I", kind) + content


@pytest.mark.parametrize("tokens", [10, 3_000, 20_000])
@pytest.mark.parametrize("order", list(GGUFEndian))
def test_what_the_library_writes(tmp_path: Path, tokens: int, order: GGUFEndian) -> None:
    content = write(tmp_path / "m.gguf", tokens=tokens, order=order)
    dtypes = (("F32", 4 * tokens), ("F16", 7), ("I32", 6))
    expected = ModelFile("gguf", "Tiny Llama", "llama", 4 * tokens + 13, dtypes)
    assert model_of("models/m.gguf", content) == expected
    read = GGUFReader(tmp_path / "m.gguf")
    assert sum(int(tensor.n_elements) for tensor in read.tensors) == expected.parameters


def test_every_tensor_type(tmp_path: Path) -> None:
    writer = GGUFWriter(tmp_path / "m.gguf", "llama")
    expected = {}
    for kind in GGMLQuantizationType:
        block, block_bytes = GGML_QUANT_SIZES[kind]
        writer.add_tensor(kind.name, np.zeros((3, 2 * block_bytes), "uint8"), raw_dtype=kind)
        expected[kind.name] = 6 * block
    finish(writer)
    found = model_of("m.gguf", (tmp_path / "m.gguf").read_bytes())
    assert found is not None
    assert dict(found.dtypes) == expected
    assert found.parameters == sum(expected.values())


def test_a_type_that_came_later() -> None:
    tensor = text(b"w") + struct.pack("<IQIQ", 1, 5, 999, 0)
    expected = ModelFile("gguf", parameters=5, dtypes=(("type 999", 5),))
    assert model_of("m.gguf", header(tensor, counts=(1, 0))) == expected


def test_version_2_is_the_same() -> None:
    content = header(values=value(STRING, text(b"Old"), b"general.name"), version=2)
    assert model_of("m.gguf", content) == ModelFile("gguf", "Old", parameters=0)


def test_other_versions_are_known_by_name_only() -> None:
    for version in (1, 4, 65_535):
        assert model_of("m.gguf", header(version=version)) == ModelFile("gguf")


def test_a_header_longer_than_what_is_kept() -> None:
    name = value(STRING, text(b"Large"), b"general.name")
    array = value(ARRAY, struct.pack("<IQ", UINT8, 33 << 20) + bytes(33 << 20))
    content = header(values=name + array, counts=(0, 2))
    assert PROBE.more(content[: PROBE.head_bytes]) == ((1 << 16, (32 << 20) - (1 << 16)),)
    assert model_of("m.gguf", content) == ModelFile("gguf", "Large")
    texts = value(ARRAY, struct.pack("<IQ", STRING, 2) + text(bytes(33 << 20)) + text(b""))
    assert model_of("m.gguf", header(values=name + texts, counts=(0, 2))) == ModelFile("gguf", "Large")


def test_arrays_of_arrays_are_left_alone() -> None:
    nested = value(ARRAY, struct.pack("<IQ", ARRAY, 1) + struct.pack("<IQ", UINT8, 1) + b"\0")
    assert model_of("m.gguf", header(values=nested)) == ModelFile("gguf")


def test_every_cut_of_a_header_is_noticed(tmp_path: Path) -> None:
    content = write(tmp_path / "m.gguf")
    header_bytes = content.index(b"ids") + 3 + struct.calcsize("<IQQIQ")
    assert model_of("m.gguf", content[:header_bytes] + bytes(64)) is not None
    for end in range(4, header_bytes):
        with pytest.raises(ValueError, match="it ends within its header"):
            model_of("m.gguf", content[:end])


MANY = 1 << 63


@pytest.mark.parametrize(
    "content",
    [
        header(counts=(0, MANY)),
        header(counts=(MANY, 0)),
        header(values=value(77, b"")),
        header(values=value(ARRAY, struct.pack("<IQ", 77, 1))),
        header(values=value(ARRAY, struct.pack("<IQ", UINT8, MANY))),
        header(values=value(ARRAY, struct.pack("<IQ", STRING, MANY))),
        header(values=value(ARRAY, struct.pack("<IQ", STRING, 2) + struct.pack("<Q", MANY) + bytes(64))),
        header(values=value(ARRAY, struct.pack("<IQ", STRING, 2) + text(b"8 bytes."))),
        header(values=value(STRING, struct.pack("<Q", MANY), b"general.name")),
        header(values=text(bytes(70_000)) + struct.pack("<I", 0) + b"\0"),
        header(text(b"w") + struct.pack("<I", 1 << 31) + bytes(64), counts=(1, 0)),
        header(text(b"w") + struct.pack("<I9QIQ", 9, *[1] * 9, 0, 0), counts=(1, 0)),
        header(text(b"w") + struct.pack("<IQIQ", 1, MANY, 0, 0), counts=(1, 0)),
        header(text(b"w") + struct.pack("<IQIQ", 1, 1_000, 0, 0), counts=(1, 0)),
    ],
)
def test_broken_headers(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|metadata|tensor|key|parameters"):
        model_of("m.gguf", content)
