"""What `python-runtime` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/bin/python3.11", "dpkg:python3.11-minimal"),
    ("usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "dpkg:libpython3.11"),
    ("usr/local/lib/python3.12/os.py", None),
    ("usr/local/lib/libpython3.12.so.1.0", None),
    ("usr/local/bin/python3.12", None),
    ("usr/local/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl", None),
    ("root/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu/lib/libpython3.12.so.1.0", None),
    ("root/.pyenv/versions/3.11.9/lib/python3.11/os.py", None),
    ("usr/bin/python3.9", "rpm:python3"),
    ("usr/lib64/libpython3.9.so.1.0", "rpm:python3-libs"),
    ("usr/lib64/libpython3.9.so.1.0", "rpm:python39-libs"),
    ("opt/conda/bin/python3.11", "conda:python"),
    ("usr/local/lib/python3.12/config-3.12-x86_64-linux-gnu/libpython3.12.a", None),
    ("usr/local/include/python3.12/Python.h", None),
]
IGNORES = [
    ("usr/lib/python3/dist-packages/six.py", "dpkg:python3-six"),
    ("usr/local/lib/python3.11/site-packages/x/y.py", None),
    ("usr/local/lib/python3.12/site-packages/x.py", "python:x"),
    ("opt/app/python3/x.py", None),
    ("usr/local/bin/pythonize.sh", None),
    ("opt/conda/lib/libssl.so", "conda:openssl"),
    ("usr/lib/python3.9/site-packages/yaml/x.so", "rpm:python3-pyyaml"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "python-runtime"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "python-runtime"
