"""Bodies of answers: read within bounds of size and time, and what a refusal says."""

import json
import re
import time
from collections.abc import Collection
from typing import Any

from layerscope.sources.options import RegistryOptions
from layerscope.sources.registry.transport import ConnectionLost, Response, translated
from layerscope.units import safe_text

PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
"""What another try may mend."""

_PIECE_BYTES = 1 << 16
_REASON_LIMIT_BYTES = 1 << 16
_REASON_LIMIT_CHARACTERS = 300
# Small documents that take longer than this many silences are trickled on purpose.
_DOCUMENT_SILENCES = 4
_CONTENT_RANGE = re.compile(r"bytes\s+(\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.ASCII)


def read_document(response: Response, host: str, limit_bytes: int, options: RegistryOptions) -> bytes:
    """A small body, at most one byte more than the limit; raises ConnectionLost for one that is cut or trickles."""
    end_seconds = time.monotonic() + _DOCUMENT_SILENCES * options.silence_seconds
    parts: list[bytes] = []
    missing = limit_bytes + 1
    try:
        while missing > 0 and (part := read_piece(response, host, min(missing, _PIECE_BYTES), options)):
            parts.append(part)
            missing -= len(part)
            if time.monotonic() > end_seconds:
                raise ConnectionLost("the answer trickles")
        if missing > 0:
            response.release_conn()
    finally:
        response.close()
    return b"".join(parts)


def read_piece(response: Response, host: str, size_bytes: int, options: RegistryOptions) -> bytes:
    """What has come of a body, at most that many bytes; empty only at its end."""
    with translated(host, options):
        return response.read1(size_bytes, decode_content=False)


def sent_range(response: Response) -> tuple[int, int, int | None] | None:
    """The first and the last byte that a body has, and how many there are of all, as far as its head says that."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    return (int(match[1]), int(match[2]), None if match[3] == "*" else int(match[3])) if match else None


def read_reason(response: Response, host: str, options: RegistryOptions, secrets: Collection[str] = ()) -> str:
    """What an answer says of its refusal, safe to show; a server that repeats what it was sent is not repeated."""
    try:
        content = read_document(response, host, _REASON_LIMIT_BYTES, options)
    except ConnectionLost:
        content = b""
    text = _message(content) or str(response.reason or "")
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    status = f"HTTP {response.status}"
    text = safe_text(" ".join(text[:_REASON_LIMIT_CHARACTERS].split())).rstrip(". ")
    return f"{status}, {text}" if text else status


def _message(content: bytes) -> str:
    """The message of distribution's error document, or of a token server's."""
    try:
        document: Any = json.loads(content)
        errors = document.get("errors") or [document]
        found = [errors[0].get(key) for key in ("message", "details", "error_description", "code", "error")]
    except (ValueError, RecursionError, AttributeError, LookupError, TypeError):
        return ""
    return next((text for text in found if isinstance(text, str) and text), "")
