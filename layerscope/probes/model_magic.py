"""Models with a magic number that is enough, whatever their name is."""

import re

from layerscope.probes.model_fact import Ends, ModelFile

_HDF5 = b"\x89HDF\r\n\x1a\n"
# Names that Keras gives to attributes and groups; other HDF5 files are as often data as weights.
_KERAS = re.compile(rb"keras_version|layer_names|model_weights|_layer_checkpoint_dependencies")
# Offset, magic, format. ggml's are those of GGML, GGMF, GGJT and GGLA; TensorRT's vary with its version.
_WEIGHTS = (
    (4, b"TFL3", "tflite"),
    (0, b"lmgg", "ggml"),
    (0, b"fmgg", "ggml"),
    (0, b"tjgg", "ggml"),
    (0, b"algg", "ggml"),
    (0, b"ptrt", "tensorrt"),
    (0, b"ftrt", "tensorrt"),
    (0, b"\xba\x16\x4f\x2f", "fasttext"),
)
# A pickle whose first object is PyTorch's magic number (torch/serialization.py, MAGIC_NUMBER).
_LEGACY_TORCH = re.compile(rb"\x80[\x02-\x05].{0,16}?\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", re.DOTALL)


def read_magic(ends: Ends) -> ModelFile | None:
    """The kind of model that a content begins as."""
    if ends.head.startswith(_HDF5):
        is_keras = _KERAS.search(ends.head) is not None
        return ModelFile("keras-hdf5" if is_keras else "hdf5", is_weights=is_keras)
    if ends.head.startswith(b"\x93NUMPY"):
        return ModelFile("npy", is_weights=False)
    if _LEGACY_TORCH.match(ends.head):
        return ModelFile("torch-legacy")
    for offset, magic, name in _WEIGHTS:
        if ends.head.startswith(magic, offset):
            return ModelFile(name)
    return None
