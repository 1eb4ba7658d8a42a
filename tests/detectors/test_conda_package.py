"""What `conda-package` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("opt/conda/lib/libssl.so.3", "conda:openssl"),
    ("opt/envs/x/lib/libicu.so", "conda:icu"),
    ("opt/conda/etc/profile.d/conda.sh", None),
    ("root/miniconda3/condabin/conda", None),
]
IGNORES = [
    ("opt/conda/lib/libmkl_core.so", "conda:mkl"),
    ("opt/conda/bin/python3.11", "conda:python"),
    ("opt/conda/pkgs/x.conda", None),
    ("opt/conda/conda-meta/x.json", None),
    ("opt/conda/lib/python3.11/site-packages/x.py", "python:x"),
    ("usr/bin/conda", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "conda-package"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "conda-package"
