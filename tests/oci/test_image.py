"""An image's platform is the one of its configuration."""

from layerscope.oci.config import parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image
from layerscope.oci.platform import Platform
from tests.images import config


def test_platform() -> None:
    parsed = parse_config(config([], architecture="arm64"), "x")
    image = Image("r", "s", Digest.of(b""), None, parsed, ())
    assert image.platform == Platform("linux", "arm64")
