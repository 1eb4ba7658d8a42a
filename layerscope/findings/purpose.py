"""What an image is for."""

from enum import Enum


class Purpose(Enum):
    """What an image is for; some findings are none in an image for development."""

    PROD = "prod"
    DEV = "dev"
    CI = "ci"
