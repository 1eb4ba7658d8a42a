"""The folders of the Hugging Face hub's cache (huggingface_hub, "Understand caching")."""

import re

_FOLDER = re.compile(rb"(?:^|/)(?:models|datasets|spaces)--([^/]+)/(?:blobs|refs|snapshots)/")


def repository_of(path: bytes) -> str | None:
    """The repository that a path in a cache belongs to, as `org/name`; None for paths elsewhere."""
    found = _FOLDER.search(path)
    return found.group(1).decode("utf-8", "replace").replace("--", "/") if found else None
