"""What `other-build-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.cargo/registry/cache/x/serde.crate", None),
    ("usr/local/cargo/registry/src/x/lib.rs", None),
    ("root/go/pkg/mod/cache/download/x.zip", None),
    ("root/.cache/go-build/00/x-a", None),
    ("root/.cache/ccache/0/1/x", None),
    ("root/.cache/bazel/_bazel_root/install/x", None),
    ("usr/local/share/.cache/yarn/v6/x", None),
    ("root/.m2/repository/org/x.jar", None),
    ("app/.mypy_cache/3.11/x.json", None),
    ("app/.pytest_cache/v/x", None),
]
IGNORES = [
    ("root/.cargo/bin/cargo", None),
    ("app/.yarn/cache/react.zip", None),
    ("usr/local/go/pkg/tool/x", None),
    ("app/.m2/settings.xml", None),
    ("app/go/pkg/model.go", None),
    ("root/.rustup/toolchains/x/lib/y", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "other-build-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "other-build-cache"
