"""Models whose first bytes are a weak sign or none, told by their name and a look at those bytes."""

import re
from collections.abc import Callable

from msgspec import Struct

from layerscope.probes.hugging_face import repository_of
from layerscope.probes.model_fact import Ends, ModelFile
from layerscope.probes.model_protobuf import is_core_ml, is_onnx, is_saved_model, is_sentencepiece, is_tensorflow_graph

# Smaller graphs are test data, and other protobuf messages look the same.
_LEAST_GRAPH_BYTES = 1_000_000
# A pickle begins with its protocol and then a frame, a name, a container, a text or a number (opcodes of pickletools).
_PICKLE = re.compile(rb"\x80[\x02-\x05][\x95\x8cc}\](\x8fNKMJGXUTBC\x8e\x96)\x88\x89\x8a]", re.DOTALL)
# What joblib compresses with (joblib/numpy_pickle_utils.py and compressor.py): zlib, gzip, bz2, xz, lzma, lz4.
_COMPRESSED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b|BZh|\xfd7zXZ|\x5d\x00|\x04\x22\x4d\x18")
_CTRANSLATE2 = re.compile(rb"[\x01-\x20]\0\0\0([\x02-\x80])\0([A-Za-z0-9]+Spec)\0", re.DOTALL)
_FLAX = re.compile(rb"(?:[\x81-\x8f]|\xde..|\xdf....)[\xa0-\xbf\xd9\xda]", re.DOTALL)
_LFS_POINTER = b"version https://git-lfs"
_CHECKPOINT = re.compile(rb".+\.data-\d{5}-of-\d{5}", re.DOTALL)


class _Kind(Struct, frozen=True):
    """How a name ends, what the content then has to be, and whether the content is enough in a hub's cache."""

    suffixes: tuple[bytes, ...]
    fits: Callable[[Ends], bool]
    fact: ModelFile
    needs_name: bool = True


def read_named(path: bytes, ends: Ends) -> ModelFile | None:
    """The kind of model that a content is, given its path."""
    name = path.rpartition(b"/")[2]
    # Blobs in a hub's cache are named by their hash.
    is_nameless = repository_of(path) is not None and b"." not in name
    if _CHECKPOINT.fullmatch(name) and _is_there(ends):
        return ModelFile("tensorflow-checkpoint")
    if name == b"model.bin" and (found := _CTRANSLATE2.match(ends.head)):
        has_length = found.group(1)[0] == len(found.group(2)) + 1
        return ModelFile("ctranslate2", architecture=found.group(2).decode()) if has_length else None
    for kind in _KINDS:
        if (name.endswith(kind.suffixes) or (is_nameless and not kind.needs_name)) and kind.fits(ends):
            return kind.fact
    return None


def _is_there(ends: Ends) -> bool:
    return ends.size_bytes > 0 and not ends.head.startswith(_LFS_POINTER)


def _is_pickle(ends: Ends) -> bool:
    return _PICKLE.match(ends.head) is not None and ends.tail.endswith(b".")


def _is_compressed(ends: Ends) -> bool:
    return _COMPRESSED.match(ends.head) is not None


def _is_tar(ends: Ends) -> bool:
    return ends.head.startswith(b"\x1f\x8b") or ends.head[257:262] == b"ustar"


def _is_large_graph(ends: Ends) -> bool:
    return ends.size_bytes >= _LEAST_GRAPH_BYTES and is_tensorflow_graph(ends)


def _is_tokenizer(ends: Ends) -> bool:
    return ends.head.startswith(b"{") and b'"added_tokens"' in ends.head[:4096]


def _is_flax(ends: Ends) -> bool:
    return _FLAX.match(ends.head) is not None


def _is_faiss(ends: Ends) -> bool:
    return re.match(rb"I[xwHBN][A-Za-z0-9]{2}", ends.head) is not None


_KINDS = (
    _Kind((b".onnx",), is_onnx, ModelFile("onnx"), needs_name=False),
    _Kind((b".model", b".spm"), is_sentencepiece, ModelFile("sentencepiece", is_weights=False), needs_name=False),
    _Kind((b"tokenizer.json",), _is_tokenizer, ModelFile("tokenizer", is_weights=False), needs_name=False),
    # Tensors that lie beside an .onnx file are bare bytes.
    _Kind((b".onnx_data", b".onnx.data"), _is_there, ModelFile("onnx-data")),
    _Kind((b"saved_model.pb",), is_saved_model, ModelFile("saved-model")),
    _Kind((b".pb",), _is_large_graph, ModelFile("tensorflow-graph")),
    _Kind((b".mlmodel",), is_core_ml, ModelFile("core-ml")),
    _Kind((b".nemo",), _is_tar, ModelFile("nemo")),
    _Kind((b".pdparams", b".pdopt"), _is_pickle, ModelFile("paddle")),
    _Kind((b".msgpack",), _is_flax, ModelFile("flax")),
    _Kind((b".faiss",), _is_faiss, ModelFile("faiss", is_weights=False)),
    _Kind(
        (b".pkl", b".pickle", b".joblib", b".pt", b".pth", b".ckpt", b".model"),
        _is_pickle,
        ModelFile("pickle", is_weights=False),
    ),
    _Kind((b".pkl", b".pickle", b".joblib"), _is_compressed, ModelFile("joblib", is_weights=False)),
)
