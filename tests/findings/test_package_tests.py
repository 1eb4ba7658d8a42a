"""What the rule `package-tests` finds and what it leaves alone."""

import pytest

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

SITE = "usr/local/lib/python3.12/site-packages"


@pytest.mark.parametrize(
    "path",
    [
        f"{SITE}/pandas/tests/frame/data.csv",
        f"{SITE}/numba/cuda/tests/test_x.py",
        "usr/lib/python3/dist-packages/scipy/_lib/tests/x.py",
        f"{SITE}/tornado/test/x.py",
        f"{SITE}/pkg/examples/tour.ipynb",
        "opt/conda/lib/python3.12/test/test_x.py",
    ],
)
def test_finds_tests_inside_packages(path):
    [finding] = only(findings_of([[file(path, b"t" * 2_000_000)]]), "package-tests")
    assert finding.claimed_bytes == 2_000_000


@pytest.mark.parametrize(
    "path",
    [
        f"{SITE}/numpy/testing/_private/utils.py",
        f"{SITE}/torch/testing/_internal/common.py",
        f"{SITE}/pandas/_testing/asserters.py",
        f"{SITE}/tests/helpers.py",
        f"{SITE}/django/test/client.py",
        f"{SITE}/pkg/tests.py",
        f"{SITE}/pkg/latest/x.py",
        "usr/local/lib/python3.12/test/support/__init__.py",
        "app/tests/test_app.py",
    ],
)
def test_leaves_alone(path):
    assert not only(findings_of([[file(path, b"t" * 2_000_000)]]), "package-tests")


def test_leaves_what_a_distribution_kept_of_pythons_tests_alone():
    path = "usr/lib/python3.11/test/libregrtest/main.py"
    findings = findings_of([[file(path, b"t" * 2_000_000)]], owned={path: "dpkg:libpython3.11-stdlib"})
    assert not only(findings, "package-tests")


def test_leaves_what_the_distribution_compiled_of_them_alone():
    path = "usr/lib/python3.11/test/libregrtest/__pycache__/main.cpython-311.pyc"
    assert not only(findings_of([[file(path, b"t" * 2_000_000)]]), "package-tests")


def test_leaves_few_tests_and_images_for_development_alone():
    path = f"{SITE}/pandas/tests/x.py"
    assert not only(findings_of([[file(path, b"t" * 2_000)]]), "package-tests")
    assert not only(findings_of([[file(path, b"t" * 2_000_000)]], purpose=Purpose.DEV), "package-tests")
