"""How long bytes take on the wire at a bandwidth; people feel time."""

DEFAULT_BANDWIDTH_BITS_PER_S = 1_000_000_000


def pull_seconds(transfer_bytes: int, bandwidth_bits_per_s: int = DEFAULT_BANDWIDTH_BITS_PER_S) -> float:
    """The time to fetch bytes with nothing else in the way: no unpacking, no latency."""
    return transfer_bytes * 8 / bandwidth_bits_per_s


def human_seconds(duration_s: float) -> str:
    """A time for people: `0.4 s`, `49 s`, `3 min 20 s`, `2 h 5 min`."""
    if duration_s < 9.95:
        return f"{duration_s:.1f} s"
    whole_s = round(duration_s)
    if whole_s < 60:
        return f"{whole_s} s"
    minutes, seconds = divmod(whole_s, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
