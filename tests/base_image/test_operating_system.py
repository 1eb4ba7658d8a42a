"""How operating systems are spelled in tags, for the names and versions that their own os-release files have."""

import pytest

from layerscope.base_image.operating_system import spell


@pytest.mark.parametrize(
    ("identifier", "version", "expected"),
    [
        ("ubuntu", "22.04", "ubuntu22.04"),
        ("debian", "12", "debian12"),
        ("debian", "", "debian"),
        ("alpine", "3.21.2", "alpine3.21"),
        ("rhel", "9.4", "ubi9"),
        ("rocky", "8.9", "rockylinux8"),
        ("centos", "7", "centos7"),
        ("ol", "9.5", "oraclelinux9"),
        ("amzn", "2023", "amzn2023"),
        ("azurelinux", "3.0", "azl3"),
        ("mariner", "2.0", "cm2"),
        ("opensuse-leap", "15.6", "opensuse15"),
        ("wolfi", "20230201", "wolfi"),
        ("debian", "12; rm -rf /", "debian"),
        ("\x1b[31m", "1", None),
        ("x" * 50, "1", None),
        ("", "1", None),
    ],
)
def test_spelling(identifier, version, expected):
    assert spell(identifier, version) == expected
