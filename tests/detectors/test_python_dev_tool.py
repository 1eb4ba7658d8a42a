"""What `python-dev-tool` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/pytest/x.py", "python:pytest"),
    ("usr/local/lib/python3.11/site-packages/x", "python:pytest-cov"),
    ("usr/local/lib/python3.11/site-packages/IPython/x.py", "python:ipython"),
    ("usr/local/lib/python3.11/site-packages/jupyterlab/x.js", "python:jupyterlab"),
    ("usr/local/lib/python3.11/site-packages/x", "python:torch-tb-profiler"),
    ("usr/local/lib/python3.11/site-packages/x", "python:pandas-stubs"),
    ("opt/conda/x", "conda:notebook"),
    ("usr/local/lib/python3.11/site-packages/x", "python:cmake"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/numpy/testing/x.py", "python:numpy"),
    ("usr/local/lib/python3.11/site-packages/torch/testing/x.py", "python:torch"),
    ("usr/local/lib/python3.11/site-packages/blackjax/x.py", "python:blackjax"),
    ("usr/bin/cmake", "dpkg:cmake"),
    ("opt/conda/bin/cmake", "conda:cmake"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "python-dev-tool"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "python-dev-tool"
