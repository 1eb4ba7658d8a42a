"""Which model a file belongs to, told by its path alone."""

import re

from layerscope.probes.hugging_face import repository_of
from layerscope.units import safe_text

_SHARD = re.compile(r"[-_.]\d{2,5}-of-\d{2,5}|[-_]part[-_]?\d+$", re.IGNORECASE)
# Names that say nothing about whose weights a file holds; the folder's does.
_GENERIC = frozenset(
    {
        "adapter_model",
        "best",
        "checkpoint",
        "consolidated",
        "diffusion_pytorch_model",
        "flax_model",
        "last",
        "model",
        "open_clip_pytorch_model",
        "pytorch_model",
        "saved_model",
        "tf_model",
        "weights",
    }
)
_PLAIN_FOLDERS = frozenset({"assets", "checkpoint", "checkpoints", "data", "model", "models", "weights"})
_CACHES = {
    "nltk_data": "NLTK data",
    ".EasyOCR": "EasyOCR models",
    ".insightface": "InsightFace models",
    ".u2net": "U2-Net models",
    ".deepface": "DeepFace models",
    ".paddleocr": "PaddleOCR models",
    ".paddlex": "PaddleX models",
    ".flair": "Flair models",
    "stanza_resources": "Stanza models",
    "gensim-data": "Gensim data",
    ".ollama": "Ollama models",
    "huggingface": "Hugging Face cache",
}

Key = tuple[str, ...]
"""A kind (repository, cache, folder or file), what tells two of that kind apart, and at the end a name for people."""


def key_of(path: bytes) -> Key:
    """The model of a path: its repository, the cache of a known library, else its folder or its name there."""
    repository = repository_of(path)
    if repository is not None:
        return ("repository", safe_text(repository))
    *folders, name = safe_text(path).split("/")
    for position, folder in enumerate(folders):
        if folder in _CACHES:
            return ("cache", "/".join(folders[: position + 1]), _CACHES[folder])
    stem = _SHARD.sub("", name.partition(".")[0] if name.count(".") == 1 else name.rsplit(".", 1)[0])
    folder = "/".join(folders)
    if stem.lower() in _GENERIC and folders:
        return ("folder", folder, stem if folders[-1].lower() in _PLAIN_FOLDERS else folders[-1])
    return ("file", folder, stem)
