"""GitHub's annotations: workflow commands that a job prints (GitHub docs, workflow commands).

GitHub shows ten warnings and ten errors of a step. Ten in all are written, the worst; a line says how many are left.
"""

from layerscope.analysis import Analysis
from layerscope.checks.gate import Level
from layerscope.report.finding_text import check_message, failed_checks, headline, message, worst_first
from layerscope.report.places import Place, place_of, place_of_image
from layerscope.report.texts import cut

_LIMIT = 10
_TITLE_CHARACTERS = 200
_MESSAGE_CHARACTERS = 2_000


def render_github(analysis: Analysis) -> bytes:
    """Failed checks first, then findings, the worst first; for standard output of a job."""
    place = place_of_image(analysis)
    commands = [
        _command("error", place, f"check {check.id} failed", check_message(check)) for check in failed_checks(analysis)
    ]
    commands += [
        _command(
            "error" if analysis.gate.level(finding.rule.id) is Level.ERROR else "warning",
            place_of(analysis, finding),
            headline(finding),
            message(finding),
        )
        for finding in worst_first(analysis)
    ]
    left = len(commands) - _LIMIT
    lines = [*commands[:_LIMIT], *([f"layerscope: {left} more are in the report"] if left > 0 else [])]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _command(kind: str, place: Place, title: str, text: str) -> str:
    # Texts are cut before they are escaped, so that no escape is cut in two.
    properties = {"file": place.path, "line": str(place.line), "title": cut(title, _TITLE_CHARACTERS)}
    joined = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {joined}::{_data(cut(text, _MESSAGE_CHARACTERS))}"


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
