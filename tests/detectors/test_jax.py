"""What `jax` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/jaxlib/xla_extension.so", "python:jaxlib"),
    ("usr/local/lib/python3.11/site-packages/jax_plugins/xla_cuda12/xla_cuda_plugin.so", None),
    ("usr/local/lib/python3.11/site-packages/x", "python:jax-cuda12-pjrt"),
    ("opt/conda/x", "conda:jaxlib"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/jaxtyping/x.py", "python:jaxtyping"),
    ("app/jax/x.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "jax"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "jax"
