"""Repositories from paths of the hub's cache."""

import pytest

from layerscope.probes.hugging_face import repository_of

HUB = b"root/.cache/huggingface/hub/"


@pytest.mark.parametrize(
    ("path", "repository"),
    [
        (HUB + b"models--meta-llama--Llama-3.1-8B/blobs/0a1b", "meta-llama/Llama-3.1-8B"),
        (HUB + b"models--gpt2/snapshots/607a30d/model.safetensors", "gpt2"),
        (HUB + b"datasets--rajpurkar--squad/refs/main", "rajpurkar/squad"),
        (b"models/spaces--org--demo/blobs/0a1b", "org/demo"),
        (b"models--org--name/blobs/0a1b", "org/name"),
        (b"x/models--org--\xff/blobs/0a1b", "org/\ufffd"),
        (HUB + b"models--org--name", None),
        (HUB + b"models--org--name/blobs", None),
        (HUB + b".locks/models--org--name/0a1b.lock", None),
        (HUB + b"my-models--org--name/blobs/0a1b", None),
        (b"models/org/name/blobs/0a1b", None),
        (b"", None),
    ],
)
def test_repository_of(path: bytes, repository: str | None) -> None:
    assert repository_of(path) == repository
