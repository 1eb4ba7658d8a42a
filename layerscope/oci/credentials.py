"""Credentials in text: hidden generously wherever text is shown, and told apart strictly where one is reported."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from layerscope.oci.build_arguments import find_build_arguments
from layerscope.oci.passwords import find_passwords, may_hold_passwords

_MASK = "•••"
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
    ("user and password for curl", re.compile(r"(?<=\s-u\s)[^\s:$\"'/]{1,64}:[^\s$\"'/]{3,}(?=\s.{0,200}?https?://)")),
)
# A value as a shell or JSON writes it: in escaped quotes, in quotes, or bare. A URL's value ends at its & or \u0026.
_VALUE = re.compile(
    r"(?P<escape>\\{1,7})(?P<quote>[\"'])(?!(?P=escape)(?P=quote))[\s\S]+?(?<!\\)(?P=escape)(?P=quote)"
    r"|\"(?:[^\"\\]++|\\[\s\S])++\"|\"[^\"]+\"|'[^']+'"
    r"|(?!\\{1,7}[\"']\\{1,7}[\"'])(?:[^\s\"'&|;)\\]++|\\(?!u0026)[^\n])+"
)
_REST = re.compile(r"[\s\S]+")
# What comes before a value, and the value. What follows on a name that is no secret's may be one again.
_NAMED = (
    # Behind a slash a colon may be one of PATH, or of an image's tag; in braces it may only lead to a variable.
    (
        re.compile(
            # Each either is there or is not; optional possessive groups are misread by Python 3.11.2.
            r"(?<![A-Za-z0-9_-])(?:(?P<in_url>(?<=[?&])|(?<=\\)u0026)|(?<![?&])(?!(?<=\\)u0026))"
            r"(?:(?P<in_path>(?<=/))|(?<!/))(?:(?P<in_braces>(?<=\$\{))|(?<!\$\{))-{0,2}"
            r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*+)(?:\\{0,7}[\"']\s?(?:=(?!=)|:)|\s?=(?!=)"
            r"|:(?(in_path)(?!/|v?[\d.]{1,20}(?!\w)|latest|main|stable))(?(in_braces)(?![?+]|[-=]\$)))\s?"
        ),
        _VALUE,
    ),
    # In a shell's words, or in the list of a CMD.
    (
        re.compile(
            r"(?<![^\s\"'])--(?!password-stdin\b)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?:\\{0,7}[\"']?,\s?|\\{0,7}[\"']?\s)"
        ),
        _VALUE,
    ),
    (re.compile(r"(?:\A|#\(nop\)\s)ENV (?P<name>[A-Za-z_][A-Za-z0-9_]*+) "), _REST),
)
_NO_VALUE = re.compile(rf"(?:\\{{1,7}})?\"\$|\$|id=|{_MASK}")
_WORD = re.compile(r"[^\s,]+")
# A part of the text that is a secret: what it is the value of, where it begins and ends.
_Span = tuple[str, int, int]
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
# Query parameters of signed URLs.
_SIGNATURE = re.compile(r"(?i)(?:x-(?:amz|goog)-)?signature|sig")
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
    words = list(arguments)
    offsets = {password.number: password.offset for password in find_passwords(words)}
    masked, before = [], ""
    for number, argument in enumerate(words):
        is_named = _OPTION.fullmatch(before) is not None and _is_secret_name(before)
        start = 0 if is_named and not argument.startswith("-") else offsets.get(number)
        is_hidden = start is not None and not argument.startswith("$", start)
        masked.append(argument[:start] + _MASK if is_hidden else mask_secrets(argument))
        before = argument
    return masked


def _mask(text: str) -> str:
    text = _replace(text, _in_build_arguments(text))
    for _, pattern in _SHAPES:
        text = pattern.sub(_MASK, text)
    text = _replace(text, _in_commands(text))
    for head, value in _NAMED:
        text = _replace(text, _behind_names(text, head, value))
    return text


def _replace(text: str, spans: Iterable[_Span]) -> str:
    parts, position = [], 0
    for _, start, end in spans:
        if start >= position:
            parts += [text[position:start], _MASK]
        position = max(position, end)
    return "".join([*parts, text[position:]])


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
    for program, start, end in _in_commands(text):
        if _is_literal(text[start:end]):
            yield f"password for {program[:60]}"
    spans = [_in_build_arguments(text), *(_behind_names(text, head, value) for head, value in _NAMED)]
    for name, start, end in chain.from_iterable(spans):
        if not _is_about(name) and _is_literal(text[start:end]):
            yield f"value of {name[:60]}"


def _in_build_arguments(text: str) -> Iterator[_Span]:
    """The secret ones; where one of them cannot be told from the next, all to the end belongs to it."""
    if not (arguments := find_build_arguments(text)):
        return
    last = arguments.found[-1].end if arguments.found else arguments.end
    for argument in arguments.found:
        if _is_secret_name(argument.name) and argument.start < argument.end:
            yield argument.name, argument.start, last if arguments.is_ambiguous else argument.end


def _in_commands(text: str) -> Iterator[_Span]:
    if not may_hold_passwords(text):
        return
    words = list(_WORD.finditer(text))
    for password in find_passwords(word.group() for word in words):
        if value := _value_at(text, words[password.number].start() + password.offset, _VALUE):
            yield password.program, value.start(), value.end()


def _behind_names(text: str, head: re.Pattern[str], value: re.Pattern[str]) -> Iterator[_Span]:
    position = 0
    while found := head.search(text, position):
        position = found.end()
        if _is_secret(found) and (match := _value_at(text, position, value)):
            yield found["name"], position, match.end()
            position = match.end()


def _value_at(text: str, position: int, value: re.Pattern[str]) -> re.Match[str] | None:
    return None if _NO_VALUE.match(text, position) else value.match(text, position)


def _is_literal(value: str) -> bool:
    value = value.strip("\\\"' ")
    if len(value) < _SHORTEST_SECRET or "$" in value or value.startswith((_MASK, "id=", "`")):
        return False
    return _PLACEHOLDER.match(value) is None


def _is_secret(found: re.Match[str]) -> bool:
    is_signature = found.groupdict().get("in_url") is not None and _SIGNATURE.fullmatch(found["name"]) is not None
    return is_signature or _is_secret_name(found["name"])


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
