"""What a person should know of a difference, in a few sentences."""

from collections.abc import Iterator

from layerscope.diff.amount import Amount
from layerscope.diff.difference import BreakReason, Difference, Fetch, FindingChange, ReuseBreak
from layerscope.diff.instruction import shorten
from layerscope.units import human_bandwidth, human_bytes, human_seconds, safe_text, signed_bytes

_INSTRUCTION_CHARACTERS = 100
_FINDINGS = 3
_REASONS: dict[BreakReason, str] = {
    "base": "the base image differs from layer {position} on",
    "instruction": "the instruction of layer {position} is another one",
    "argument": "a build argument of layer {position} changed",
    "content": "the same instruction made something else in layer {position}",
    "added": "layer {position} is new",
    "removed": "what was layer {position} is gone",
    "order": "layer {position} changed its place",
    "compression": "layer {position} was compressed anew",
}


def sum_up(difference: Difference) -> tuple[str, ...]:
    """The verdict: how much the image changed and whose doing it is, what a pull fetches, what is new to mend."""
    sentences = [_size(difference), _pull(difference), *_findings(difference.findings)]
    return tuple(safe_text(sentence) for sentence in sentences)


def explain_break(broken: ReuseBreak) -> str:
    """Why reuse ends where it ends, with the instructions."""
    text = _REASONS[broken.reason].format(position=broken.position)
    old, new = broken.old_instruction, broken.new_instruction
    if broken.reason == "instruction" and old and new:
        return f"{text}: {_short(new)} (was {_short(old)})"
    shown = new or old
    return f"{text}: {_short(shown)}" if shown else text


def share_of_old(amount: Amount) -> str:
    """A change in percent of what there was, as `+2.5 %`; empty for none, or where there was nothing."""
    if not amount.old_bytes or not amount.delta_bytes:
        return ""
    return f"{100 * amount.delta_bytes / amount.old_bytes:+.1f} %"


def _size(difference: Difference) -> str:
    stored = difference.sizes.stored
    if not stored.delta_bytes:
        text = "The image stores as many bytes as before"
    else:
        verb = "grew" if stored.delta_bytes > 0 else "shrank"
        share = share_of_old(stored)
        text = f"The image {verb} by {human_bytes(stored.weight)}" + (f" ({share})" if share else "")
    return f"{text}{_parties(difference)}.{_most(difference)}"


def _parties(difference: Difference) -> str:
    base, own = difference.base.base, difference.base.own
    if own.delta_bytes is None or not (base.old_bytes or base.new_bytes):
        return ""
    changed = "unchanged" if difference.base.is_changed is False else signed_bytes(base.delta_bytes)
    return f": yours {signed_bytes(own.delta_bytes)}, the base {changed}"


def _most(difference: Difference) -> str:
    """The category that weighs most in the direction in which the whole went."""
    delta_bytes = difference.sizes.stored.delta_bytes or 0
    for change in difference.categories:
        change_bytes = change.stored.delta_bytes or 0
        if change_bytes * delta_bytes > 0:
            return f" Most of it: {change.title} ({change.id}) {signed_bytes(change_bytes)}."
    return ""


def _pull(difference: Difference) -> str:
    reuse = difference.reuse
    if not reuse.by_chain.layers:
        return "A machine with the old image fetches no layer."
    bandwidth = human_bandwidth(difference.bandwidth_bits_per_second)
    text = f"A machine with the old image fetches {_cost(reuse.by_blob, f' at {bandwidth}')}"
    if reuse.by_chain.layers != reuse.by_blob.layers:
        text += f" (the Docker Engine's classic store {_cost(reuse.by_chain)})"
    return f"{text}: {explain_break(reuse.broken_at)}." if reuse.broken_at else f"{text}, all of them on top."


def _cost(fetch: Fetch, rate: str = "") -> str:
    count = len(fetch.layers)
    if not count:
        return "no layer"
    layers = f"{count} {'layer' if count == 1 else 'layers'}"
    if fetch.transfer_bytes is None:
        return f"{human_bytes(fetch.stored_bytes)} of content in {layers}"
    about = "~" if fetch.transfer_is_estimate else ""
    return f"{about}{human_bytes(fetch.transfer_bytes)} in {layers}, {human_seconds(fetch.seconds_estimate)}{rate}"


def _findings(changes: tuple[FindingChange, ...]) -> Iterator[str]:
    for kind, text in (("new", "New to mend"), ("gone", "Mended")):
        ids = [_finding(change) for change in changes if change.kind == kind]
        rest = len(ids) - _FINDINGS
        more = f" and {rest} {'other' if rest == 1 else 'others'}" if rest > 0 else ""
        if ids:
            yield f"{text}: {', '.join(ids[:_FINDINGS])}{more}."


def _finding(change: FindingChange) -> str:
    amount = f" {human_bytes(change.reclaimable.weight)}" if change.reclaimable.weight else ""
    return f"{change.id}{amount}" + (" (base)" if change.who_can_fix == "base" else "")


def _short(instruction: str) -> str:
    # In backticks, so that it stands apart from the sentence and is code where the sentence is Markdown.
    return f"`{shorten(instruction, _INSTRUCTION_CHARACTERS).replace('`', chr(39))}`"
