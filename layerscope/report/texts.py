"""Texts out of an image as reports hold them."""

import base64

# How many paths are listed where there may be any number.
PATHS_LIMIT = 20


def path_text(path: bytes) -> str:
    """A path for JSON, without losing anything: its text, or `base64:` and its bytes where it is not UTF-8."""
    try:
        return "/" + path.decode("utf-8")
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(b"/" + path).decode("ascii")


def valid(text: str) -> str:
    """A text that can be written as UTF-8: lone surrogates are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def cut(text: str, limit: int) -> str:
    """A text of so many characters at most."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
