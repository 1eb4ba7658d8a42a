"""What `python-package` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/requests/x.py", "python:requests"),
    ("usr/lib/python3/dist-packages/six.py", "dpkg:python3-six"),
    ("usr/bin/pip", "dpkg:python3-pip"),
    ("usr/lib/python3.9/site-packages/yaml/x.so", "rpm:python3-pyyaml"),
    ("usr/lib/python3.12/site-packages/yaml/x.so", "apk:py3-yaml"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch.so", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch.so", "python:torch"),
    ("usr/bin/python3", "dpkg:python3-minimal"),
    ("opt/conda/lib/libssl.so", "conda:openssl"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "python-package"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "python-package"
