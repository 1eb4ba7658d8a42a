"""Bytes and text: sizes for people, and names out of images made safe to show."""

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]"
)


def human_bytes(count_bytes: int | None) -> str:
    """A size in decimal units as `1.2 GB`; `-` for unknown."""
    if count_bytes is None:
        return "-"
    import humanize

    return humanize.naturalsize(count_bytes, format="%.1f").replace(" Bytes", " B").replace(" Byte", " B")


def signed_bytes(delta_bytes: int | None) -> str:
    """A change in size as `+1.2 GB` or `-3.4 kB`, `0 B` for none; `-` for unknown."""
    if not delta_bytes:
        return human_bytes(delta_bytes)
    return ("+" if delta_bytes > 0 else "-") + human_bytes(abs(delta_bytes))


def human_seconds(seconds: float | None) -> str:
    """A time as `1.5 s`, `2 min 5 s` or `3 h 10 min`; `-` for unknown."""
    if seconds is None:
        return "-"
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest_seconds = divmod(round(seconds), 60)
    hours, rest_minutes = divmod(minutes, 60)
    return f"{hours} h {rest_minutes} min" if hours else f"{minutes} min {rest_seconds} s"


def human_bandwidth(bits_per_second: int) -> str:
    """A rate as `1 Gbit/s`, in decimal units."""
    for unit, factor in (("Tbit/s", 10**12), ("Gbit/s", 10**9), ("Mbit/s", 10**6), ("kbit/s", 10**3)):
        if bits_per_second >= factor:
            return f"{bits_per_second / factor:.4g} {unit}"
    return f"{bits_per_second} bit/s"


def human_share(part: int, whole: int) -> str:
    """A share in percent, as `12.3 %`; `-` where the whole is nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def safe_text(name: bytes | str) -> str:
    """A name out of an image with everything that could act on a terminal, a page or a log escaped.

    Control characters (C0, DEL, C1), bidirectional and zero-width controls, line separators, tag characters,
    what no XML may hold and bytes that are not UTF-8 become backslash escapes; a backslash itself stays.
    """
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
