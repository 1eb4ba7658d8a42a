"""Model files: weights, and the data and tokenizers that go with them, by their name and their first bytes.

A name alone is never enough where a format has a magic number: `.bin` may be anything, and `.pth` files among Python's
packages are text.
"""

from layerscope.layers.probe import ContentView, PartProbe, Ranges
from layerscope.probes.model_fact import HEAD_BYTES, TAIL_BYTES, ModelFile, read_ends
from layerscope.probes.model_gguf import MAGIC as GGUF_MAGIC
from layerscope.probes.model_gguf import gguf_ranges, read_gguf
from layerscope.probes.model_magic import read_magic
from layerscope.probes.model_named import read_named
from layerscope.probes.model_safetensors import is_safetensors, read_safetensors, safetensors_ranges
from layerscope.probes.model_zip import MAGIC as ZIP_MAGIC
from layerscope.probes.model_zip import read_zip

MODEL_FILE = "model-file"
_EXTENSIONS = (
    "safetensors gguf ggml onnx onnx_data onnx.data pt pth bin ckpt jit pt2 h5 hdf5 keras tflite pb engine plan trt"
    " npz npy pkl pickle joblib mar model spm nemo mlmodel pdparams pdopt ftz faiss"
)
_PATTERNS = (
    *(f"**/*.{extension}" for extension in _EXTENSIONS.split()),
    "**/*.data-*-of-*",
    "**/flax_model*.msgpack",
    "**/tokenizer.json",
    # Blobs of the Hugging Face hub have no extension, and its cache can be anywhere.
    "**/models--*/blobs/*",
    "**/datasets--*/blobs/*",
    "**/torch/hub/checkpoints/*",
)


def _read(path: bytes, view: ContentView) -> ModelFile | None:
    ends = read_ends(view)
    if ends.head.startswith(GGUF_MAGIC):
        return read_gguf(view, ends.head)
    if is_safetensors(ends.head, ends.size_bytes):
        return read_safetensors(view, ends.head)
    if ends.head.startswith(ZIP_MAGIC):
        return read_zip(ends)
    return read_magic(ends) or read_named(path, ends)


def _more(head: bytes) -> Ranges:
    return safetensors_ranges(head) or gguf_ranges(head)


PROBES = (PartProbe(MODEL_FILE, _PATTERNS, _read, HEAD_BYTES, TAIL_BYTES, more=_more),)
