"""Credentials in text: hidden generously wherever text is shown, and told apart strictly where one is reported."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

_MASK = "•••"
_VALUE = r"(?P<value>\"[^\"]+\"|'[^']+'|[^\s\"'&|;)]+)"
_SHAPES = (
    ("user and password in a URL", re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")),
    ("token in a URL", re.compile(r"(?<=://)[^/\s:@]{16,}(?=@)")),
    ("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})")),
    ("Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{20,}")),
    ("GitLab token", re.compile(r"\bglpat-[\w-]{16,}")),
    ("AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("secret key that begins with sk-", re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")),
    ("Stripe key", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,}")),
    ("Slack token", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}")),
    ("Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("PyPI token", re.compile(r"\bpypi-[A-Za-z0-9_-]{40,}")),
    ("npm token", re.compile(r"\bnpm_[A-Za-z0-9]{30,}")),
    ("Docker Hub token", re.compile(r"\bdckr_pat_[A-Za-z0-9_-]{20,}")),
    ("private key", re.compile(r"(?<=PRIVATE KEY-----)[^-]{20,}")),
    (
        "authorization header",
        re.compile(r"(?i)(?<=authorization:)\s{0,3}(?:bearer|basic|token)\s{1,3}[^\s\"'$]{8,}"),
    ),
    ("password for chpasswd", re.compile(r"\b[\w-]{1,32}:[^\s\"'|$]{3,64}+(?=[\"']?\s?\|\s?chpasswd)")),
    ("password for sshpass", re.compile(r"(?<=sshpass -p)\s?[^\s$]{3,}")),
    ("user and password for curl", re.compile(r"(?<=\s-u\s)[^\s:$\"'/]{1,64}:[^\s$\"'/]{3,}(?=\s.{0,200}?https?://)")),
)
_NAMED = (
    re.compile(r"(?<![A-Za-z0-9_-])-{0,2}(?P<name>[A-Za-z_][A-Za-z0-9_-]*)[\"']?(?:\s?=(?!=)|:)\s?" + _VALUE),
    # In a shell's words, or in the list of a CMD.
    re.compile(r"(?<![^\s\"'])--(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:[\"']?,\s?|[\"']?\s)" + _VALUE),
    re.compile(r"(?:\A|#\(nop\)\s)ENV (?P<name>[A-Za-z_][A-Za-z0-9_]*) (?P<value>.+)", re.DOTALL),
)
_OPTION = re.compile(r"--[A-Za-z][A-Za-z0-9-]*")
_SECRET_WORDS = re.compile(
    r"(?:token|secret|password|passwd|passphrase|pass|pwd|pgpassword|sshpass|credential|pat"
    r"|apikey|apitoken|authtoken|accesstoken)"
)
_SECRET_KEYS = re.compile(
    r"(?:api|access|private|secret|auth|encryption|signing|kaggle|openai|anthropic|wandb|ngc|jwt|account|service)"
)
# Behind a secret's word these say that the value is about a secret and is none.
_ABOUT = re.compile(
    r"(?:file|path|dir|url|uri|endpoint|host|names?|ids?|type|expiry|expiration|ttl|length|limit|size|count|max|min|stdin"
    r"|header|env|prefix|user|username|format|version|policy|algorithm|enabled|required|check|manager|provider|store)"
)
# Options such as --disabled-password take no secret.
_SWITCH = re.compile(r"(?:disabled?|enabled?|no|without|ask|prompt|use|allow|expired?|skip)")
_PLACEHOLDER = re.compile(
    r"(?i)(?:x+|\*+|\.+|-.*|<.*|\{.*|\[.*|%.*|none|null|nil|true|false|unset|undefined|empty|todo|dummy|test|fake"
    r"|example|sample|redacted|masked|secret|password|token|change[-_ ]?me.*|replace.*|your.*|my[-_].*|insert.*"
    r"|placeholder.*|\d{1,4}|/.*|~.*|\./.*|file:.*|https?:.*)$"
)
_SHORTEST_SECRET = 4


def mask_secrets(text: str) -> str:
    """Hide values that look like credentials: in URLs, behind names such as TOKEN, and of well-known shapes.

    The expressions know single spaces: where others would hide something, the text comes back on one line.
    """
    masked, on_one_line = _mask(text), " ".join(text.split())
    if on_one_line == text:
        return masked
    shown = _mask(on_one_line)
    return masked if " ".join(masked.split()) == shown else shown


def mask_arguments(arguments: Iterable[str]) -> list[str]:
    """Hide what `mask_secrets` hides in each of a command's arguments, and those whose name is the argument before."""
    masked, before = [], ""
    for argument in arguments:
        is_named = _OPTION.fullmatch(before) is not None and _is_secret_name(before)
        masked.append(_MASK if is_named and not argument.startswith(("-", "$")) else mask_secrets(argument))
        before = argument
    return masked


def _mask(text: str) -> str:
    for _, pattern in _SHAPES:
        text = pattern.sub(_MASK, text)
    for pattern in _NAMED:
        text = pattern.sub(_mask_named, text)
    return text


def find_credentials(text: str) -> tuple[str, ...]:
    """What credentials are in a text, each kind once, never their values; all of them are hidden by `mask_secrets`.

    Variables, placeholders and paths are no credentials.
    """
    return tuple(dict.fromkeys(_kinds(text)))


def is_credential(name: str, value: str) -> bool:
    """Whether a variable's name and value are those of a credential."""
    return _is_secret_name(name) and not _is_about(name) and _is_literal(value)


def _kinds(text: str) -> Iterator[str]:
    for kind, pattern in _SHAPES:
        if any(_is_literal(match.group().rpartition(":")[2]) for match in pattern.finditer(text)):
            yield kind
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            if is_credential(match.group("name"), match.group("value")):
                yield f"value of {match.group('name')[:60]}"


def _is_literal(value: str) -> bool:
    value = value.strip("\"' ")
    if len(value) < _SHORTEST_SECRET or "$" in value or value.startswith((_MASK, "id=", "`")):
        return False
    return _PLACEHOLDER.match(value) is None


def _mask_named(match: re.Match[str]) -> str:
    value = match.group("value")
    if not _is_secret_name(match.group("name")) or value.startswith(("$", '"$', "id=", _MASK)):
        return match.group()
    return match.group()[: match.start("value") - match.start()] + _MASK


def _words(name: str) -> list[str]:
    return re.split("[_-]", name.lower().lstrip("_-"))


def _is_secret_name(name: str) -> bool:
    """Whether one of a name's words says that its value is a secret: HF_TOKEN, and not TOKENIZERS_PARALLELISM."""
    words = _words(name)
    if _SWITCH.fullmatch(words[0]):
        return False
    if any(_SECRET_WORDS.fullmatch(word) for word in words):
        return True
    return any(_SECRET_KEYS.fullmatch(first) and second == "key" for first, second in pairwise(words))


def _is_about(name: str) -> bool:
    return _ABOUT.fullmatch(_words(name)[-1]) is not None
