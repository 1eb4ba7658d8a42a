"""Platforms as people and images write them."""

import platform

import pytest

from layerscope.errors import UsageError
from layerscope.oci.platform import Platform


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/amd64", Platform("linux", "amd64")),
        ("linux/arm64/v8", Platform("linux", "arm64", "v8")),
        ("Linux/X86_64", Platform("linux", "amd64")),
        ("linux/aarch64", Platform("linux", "arm64")),
    ],
)
def test_parse(text: str, expected: Platform) -> None:
    assert Platform.parse(text) == expected
    assert Platform.parse(str(expected)) == expected


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "linux//v8", "a/b/c/d", "linux/amd64/"])
def test_no_platform(text: str) -> None:
    with pytest.raises(UsageError):
        Platform.parse(text)


@pytest.mark.parametrize(
    ("wish", "image", "fits"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/amd64", "linux/arm64", False),
        ("linux/amd64", "windows/amd64", False),
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/arm/v7", "linux/arm/v6", False),
        ("linux/arm/v7", "linux/arm", False),
        ("linux/arm", "linux/arm/v6", True),
    ],
)
def test_matches(wish: str, image: str, fits: bool) -> None:
    assert Platform.parse(wish).matches(Platform.parse(image)) is fits


@pytest.mark.parametrize(("machine", "expected"), [("x86_64", "amd64"), ("aarch64", "arm64"), ("riscv64", "riscv64")])
def test_host(machine: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert Platform.of_host() == Platform("linux", expected)
