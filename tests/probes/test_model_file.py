"""Which files are models, by name and content: contents from real writers, or built by hand from the specifications."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import tarfile
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from safetensors.numpy import save

from layerscope.layers.probe import ProbeSet
from layerscope.probes.model_fact import ModelFile
from layerscope.probes.model_file import MODEL_FILE, PROBES
from tests.images import file
from tests.indexing import index_of
from tests.probes.model_views import PROBE, model_of

HUB = "root/.cache/huggingface/hub/models--org--name/blobs/" + "0a" * 32


def field(number: int, value: int | bytes) -> bytes:
    """A protobuf field, its value below 128 or a content below 16,384 bytes."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value) & 0x7F | 0x80, len(value) >> 7]) + value


def piece(text: bytes) -> bytes:
    return field(1, field(1, text) + b"\x15" + struct.pack("<f", -1.5))


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(9))
    return buffer.getvalue()


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model_config.yaml"))
    return buffer.getvalue()


def legacy_torch(protocol: int) -> bytes:
    """What torch.save wrote before 1.6: pickles of a magic number, a version, the system, and the object."""
    return b"".join(pickle.dumps(value, protocol) for value in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))


# onnx.proto: ir_version = 1, producer_name = 2, doc_string = 6, graph = 7, opset_import = 8; a graph's node = 1.
ONNX = field(1, 8) + field(2, b"pytorch") + field(7, field(1, b"node") * 9) + field(8, field(2, 17))
ONNX_WITHOUT_PRODUCER = field(1, 3) + field(7, field(1, b"node"))
# saved_model.proto: saved_model_schema_version = 1, meta_graphs = 2.
SAVED_MODEL = field(1, 1) + field(2, b"meta graph")
# graph.proto: node = 1; node_def.proto: name = 1, op = 2.
GRAPH = field(1, field(1, b"input") + field(2, b"Placeholder")) + field(1, bytes(1_000)) * 1_000
# sentencepiece_model.proto: pieces = 1; a piece's text = 1, score = 2.
SENTENCEPIECE = piece(b"<unk>") + piece(b"<s>") + piece(b"</s>") + piece(b"\xe2\x96\x81the")
CORE_ML = field(1, 4) + field(2, b"description")
HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(90)
# model_spec.py of CTranslate2: version, the specification's name as length with NUL and text, its revision, variables.
CTRANSLATE2 = struct.pack("<IH", 6, 16) + b"TransformerSpec\0" + struct.pack("<II", 7, 100)
FASTTEXT = struct.pack("<ii", 793_712_314, 12) + bytes(64)
TOKENIZER = json.dumps({"version": "1.0", "truncation": None, "padding": None, "added_tokens": []}).encode()
PICKLE = pickle.dumps({"a": np.arange(9)})
TENSORS = save({"w": np.zeros(3, "float32")})


def data(name: str) -> ModelFile:
    return ModelFile(name, is_weights=False)


MODELS = [
    ("model.safetensors", TENSORS, ModelFile("safetensors", parameters=3, dtypes=(("F32", 3),))),
    (HUB, TENSORS, ModelFile("safetensors", parameters=3, dtypes=(("F32", 3),))),
    ("m.onnx", ONNX, ModelFile("onnx")),
    ("m.onnx", ONNX_WITHOUT_PRODUCER, ModelFile("onnx")),
    ("m.onnx", field(1, 10) + field(2, b"p" * 200) + field(7, b""), ModelFile("onnx")),
    (HUB, ONNX, ModelFile("onnx")),
    ("m.onnx_data", bytes(64), ModelFile("onnx-data")),
    ("m.onnx.data", bytes(64), ModelFile("onnx-data")),
    ("saved/1/saved_model.pb", SAVED_MODEL, ModelFile("saved-model")),
    ("saved/1/variables/variables.data-00000-of-00001", bytes(64), ModelFile("tensorflow-checkpoint")),
    ("bert/bert_model.ckpt.data-00000-of-00001", bytes(64), ModelFile("tensorflow-checkpoint")),
    ("frozen.pb", GRAPH, ModelFile("tensorflow-graph")),
    ("tokenizer.model", SENTENCEPIECE, data("sentencepiece")),
    (HUB, SENTENCEPIECE, data("sentencepiece")),
    ("tokenizer.json", TOKENIZER, data("tokenizer")),
    ("tokenizer.json", json.dumps(json.loads(TOKENIZER), indent=2).encode(), data("tokenizer")),
    ("m.mlmodel", CORE_ML, ModelFile("core-ml")),
    ("m.h5", HDF5, data("hdf5")),
    ("m.h5", HDF5 + b"keras_version\0", ModelFile("keras-hdf5")),
    ("m.weights.h5", HDF5 + b"_layer_checkpoint_dependencies\0", ModelFile("keras-hdf5")),
    ("m.tflite", struct.pack("<I", 28) + b"TFL3" + bytes(64), ModelFile("tflite")),
    ("ggml-base.en.bin", struct.pack("<I", 0x67676D6C) + bytes(64), ModelFile("ggml")),
    ("ggml-model-q4_0.bin", struct.pack("<I", 0x67676A74) + bytes(64), ModelFile("ggml")),
    ("m.ggml", struct.pack("<I", 0x67676D66) + bytes(64), ModelFile("ggml")),
    ("m.engine", b"ptrt" + bytes(64), ModelFile("tensorrt")),
    ("m.plan", b"ftrt" + bytes(64), ModelFile("tensorrt")),
    ("lid.176.bin", FASTTEXT, ModelFile("fasttext")),
    ("m.ftz", FASTTEXT, ModelFile("fasttext")),
    ("model.bin", CTRANSLATE2, ModelFile("ctranslate2", architecture="TransformerSpec")),
    ("m.pth", legacy_torch(2), ModelFile("torch-legacy")),
    ("m.bin", legacy_torch(4), ModelFile("torch-legacy")),
    ("m.nemo", tar(), ModelFile("nemo")),
    ("m.nemo", gzip.compress(tar()), ModelFile("nemo")),
    ("m.pdparams", PICKLE, ModelFile("paddle")),
    ("flax_model.msgpack", b"\x82\xa6params\x80\xa1x\x01", ModelFile("flax")),
    ("index.faiss", b"IxF2" + bytes(64), data("faiss")),
    ("a.npy", npy(), data("npy")),
    ("m.joblib", PICKLE, data("pickle")),
    ("m.ckpt", PICKLE, data("pickle")),
    *(
        (f"m.{end}", pack(PICKLE), data("joblib"))
        for end in ("pkl", "joblib")
        for pack in (zlib.compress, gzip.compress)
    ),
    *(("m.joblib", pack(PICKLE), data("joblib")) for pack in (bz2.compress, lzma.compress)),
    ("m.joblib", lzma.compress(PICKLE, lzma.FORMAT_ALONE), data("joblib")),
]
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
TEXT = b"import sys; exec('...')\n"
ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
OTHERS = [
    ("usr/lib/python3/site-packages/distutils-precedence.pth", TEXT),
    ("firmware.bin", bytes(range(256))),
    ("firmware.bin", PICKLE),
    ("firmware.bin", ONNX),
    ("firmware.bin", CTRANSLATE2),
    ("model.bin", CTRANSLATE2.replace(b"Spec", b"Spex")),
    ("model.bin", b"\x06\0\0\0\x0f" + CTRANSLATE2[5:]),
    ("tool.bin", ELF),
    ("m.onnx", TEXT),
    ("m.onnx", ONNX[:40]),
    ("m.onnx", field(1, 8)),
    ("m.onnx", field(1, 8) + field(9, b"?") + field(7, b"")),
    ("m.onnx", field(2, b"pytorch") + ONNX),
    ("m.onnx_data", POINTER),
    ("x.data-00000-of-00001", POINTER),
    ("x.data-0-of-1", bytes(64)),
    ("saved_model.pb", field(1, 2) + field(2, b"meta graph")),
    ("small.pb", GRAPH[:2_000]),
    ("other.pb", field(1, field(1, b"input") + field(2, b"two words")) + bytes(1_000_000)),
    ("other.pb", field(1, 8) + bytes(1_000_000)),
    ("m.model", TEXT),
    ("m.model", piece(b"a") * 5),
    ("m.model", field(1, b"<unk>") * 5),
    ("tokenizer.json", b"{}"),
    ("m.mlmodel", TEXT),
    ("m.h5", HDF5[1:]),
    ("m.nemo", TEXT),
    ("m.pkl", PICKLE[:-1]),
    ("m.pkl", b"\x80\x04?" + PICKLE),
    ("m.pkl", b"\x80\x09" + PICKLE[2:]),
    ("m.pt", zlib.compress(PICKLE)),
    ("m.faiss", TEXT),
    (HUB, b'{"architectures": ["LlamaForCausalLM"]}'),
    (HUB, PICKLE),
    ("m.gguf", b"GGU"),
    ("m.npy", b""),
]


def numbered(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """The rows' names in the tests' summary."""
    return [f"{number}-{row[0]}" for number, row in enumerate(rows)]


@pytest.mark.parametrize(("path", "content", "expected"), MODELS, ids=numbered(MODELS))
def test_models(path: str, content: bytes, expected: ModelFile) -> None:
    for folder in ("", "srv/models/"):
        assert ProbeSet(PROBES).wanting(f"{folder}{path}".encode()) is PROBE
        assert model_of(folder + path, content) == expected


@pytest.mark.parametrize(("path", "content"), OTHERS, ids=numbered(OTHERS))
def test_other_content_is_none(path: str, content: bytes) -> None:
    assert model_of(path, content) is None


@pytest.mark.parametrize(
    "path", ["bin", "usr/bin/python3", "m.bin.txt", "models--a--b/refs/main", "m.bin/x", "config.json", "a.msgpack"]
)
def test_paths_that_are_not_asked_for(path: str) -> None:
    assert ProbeSet(PROBES).wanting(path.encode()) is None


@pytest.mark.parametrize("size_bytes", [60_000, 65_536, 65_537, 100_000, 131_072, 131_073, 300_000])
def test_the_last_byte_of_any_size(size_bytes: int) -> None:
    whole = pickle.dumps(bytes(size_bytes), 4)
    assert model_of("m.pkl", whole) == data("pickle")
    assert model_of("m.pkl", whole[:-1] + b"?") is None


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(
    "value", [{}, [1], "x", 5, 10**30, None, 1.5, (1, 2), {1, 2}, b"bytes", True, np.arange(3), print]
)
def test_pickles_of_anything(value: object, protocol: int) -> None:
    assert model_of("m.pkl", pickle.dumps(value, protocol)) == data("pickle")


@pytest.mark.parametrize("stream", [False, True], ids=["seek", "stream"])
def test_in_a_layer(stream: bool) -> None:
    large = save({f"w{number}": np.zeros(50, "uint8") for number in range(3_000)})
    items = [file("a/m.safetensors", large), file("b/m.bin", ELF), file("c/m.gguf", b"GGUF"), file("d/m.onnx", ONNX)]
    (scan,) = index_of([items], stream=stream, probes=PROBES).scans
    expected = ModelFile("safetensors", parameters=150_000, dtypes=(("U8", 150_000),))
    found = [(scan.paths[fact.row], fact.probe, fact.value) for fact in scan.facts]
    assert found == [(b"a/m.safetensors", MODEL_FILE, expected), (b"d/m.onnx", MODEL_FILE, ModelFile("onnx"))]
    assert [warning.partition(" ")[0] for warning in scan.warnings] == ["c/m.gguf"]


GGUF = b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, 1) + b"k" + struct.pack("<IIQQ", 9, 8, 1, 2) + b"ab" + bytes(64)
SEEDS = [*((path, content[:2_000]) for path, content, _ in MODELS), ("m.gguf", GGUF)]
CHANGES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4)


@given(st.sampled_from(SEEDS), CHANGES, st.integers(0, 300))
@example(SEEDS[0], [], 0)
def test_damaged_content_is_never_an_end(seed: tuple[str, bytes], changes: list[tuple[int, int]], cut: int) -> None:
    path, content = seed
    damaged = bytearray(content[: len(content) - cut] if cut % 2 else content)
    for position, byte in changes:
        if position < len(damaged):
            damaged[position] = byte
    refuse_or_read(path, bytes(damaged))


@given(st.sampled_from([b"", b"PK\x03\x04", b"GGUF\x03\0\0\0", b"\x08\x08", b"\x0a"]), st.binary(max_size=300))
def test_random_content_is_never_an_end(magic: bytes, rest: bytes) -> None:
    for path in ("m.onnx", "m.model", "m.pb", "saved_model.pb", "m.pkl", "model.bin", HUB):
        refuse_or_read(path, magic + rest)
        refuse_or_read(path, magic + rest + b"PK\x01\x02" + rest + b"PK\x05\x06" + rest[:30])


def refuse_or_read(path: str, content: bytes) -> None:
    """Give the content to the probe; only a ValueError with a short reason may leave it."""
    found, reason = None, "none"
    try:
        found = model_of(path, content)
    except ValueError as error:
        reason = str(error)
    assert 4 <= len(reason) < 100
    assert found is None or (found.parameters or 0) <= 8 * len(content)
