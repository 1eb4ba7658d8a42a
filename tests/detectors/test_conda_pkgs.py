"""What `conda-pkgs` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("opt/conda/pkgs/numpy-1.26.4-py311.conda", None),
    ("opt/conda/pkgs/numpy-1.26.4-py311/lib/x.so", None),
    ("root/miniconda3/pkgs/cache/1.json", None),
    ("root/micromamba/pkgs/x.tar.bz2", None),
    ("opt/miniforge3/pkgs/urls.txt", None),
    ("root/.conda/pkgs/x.conda", None),
]
IGNORES = [
    ("opt/conda/lib/python3.11/site-packages/pkgs/x.py", None),
    ("opt/conda/conda-meta/numpy.json", None),
    ("srv/pkgs/x.conda", None),
    ("opt/secondary/pkgs/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "conda-pkgs"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "conda-pkgs"
