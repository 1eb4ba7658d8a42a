"""What a RUN instruction installs, and with which options."""

import re
from functools import lru_cache

from msgspec import Struct

from layerscope.findings.shell import commands

_PIP = re.compile(r"pip(?:3(?:\.\d{1,2})?)?$")
_PYTHON = re.compile(r"(?:python|pypy)(?:3(?:\.\d{1,2})?)?$")
_REDIRECTION = re.compile(r"\d?[<>]")
_SYSTEM_TOOLS = {
    "apt-get": "apt",
    "apt": "apt",
    "aptitude": "apt",
    "dnf": "dnf",
    "yum": "dnf",
    "microdnf": "dnf",
    "apk": "apk",
    "zypper": "zypper",
    "conda": "conda",
    "mamba": "conda",
    "micromamba": "conda",
    "npm": "npm",
    "yarn": "npm",
    "pnpm": "npm",
    "poetry": "poetry",
    "pipenv": "pipenv",
}
_VERBS = frozenset({"install", "add", "ci", "i", "sync", "localinstall"})
_OF_ANOTHER_SORT = frozenset({"env", "create"})
# Options that take the next word, by tool.
_WITH_VALUE = {
    "apt": {"-t", "-o", "-c", "--target-release", "--option", "--config-file", "-a"},
    "apk": {"-t", "--virtual", "-X", "--repository", "-p", "--root"},
    "conda": {"-c", "--channel", "-n", "--name", "-p", "--prefix", "--file", "-f", "--solver"},
    "pip": {
        *("-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"),
        *("-t", "--target", "--trusted-host", "--root", "--prefix", "--timeout", "--retries", "--platform", "--python"),
        *("--python-version", "-e", "--editable", "--cache-dir", "--progress-bar", "--no-binary", "--only-binary"),
        *("--proxy", "--cert", "--client-cert", "--upgrade-strategy", "--src", "-C", "--config-settings", "--index"),
        *("--abi", "--implementation", "--torch-backend", "--no-build-isolation-package", "--index-strategy"),
    },
}


class Install(Struct, frozen=True):
    """One install command: `tool` is pip, apt, dnf, apk, zypper, conda, npm, poetry or pipenv.

    `options` hold all words that begin with a dash, and behind those that take a value that value.
    """

    tool: str
    options: tuple[str, ...]
    packages: tuple[str, ...]

    def has(self, *options: str) -> bool:
        """Whether one of the options is given, with or without `=value`."""
        return any(word.partition("=")[0] in options for word in self.options)


@lru_cache(maxsize=256)
def installs(text: str) -> tuple[Install, ...]:
    """Every install command of a RUN instruction, in order."""
    return tuple(item for words in commands(text) if (item := read_install(words)) is not None)


def updates_apt(text: str) -> bool:
    """Whether a RUN instruction fetches apt's package lists."""
    return any(_name(words[0]) in ("apt-get", "apt", "aptitude") and "update" in words for words in commands(text))


def read_install(words: tuple[str, ...]) -> Install | None:
    """The install command that these words are, None where they are none."""
    tool, arguments = _tool(words)
    if tool is None:
        return None
    verb = next((number for number, word in enumerate(arguments) if word in _VERBS), None)
    if verb is None or any(word in _OF_ANOTHER_SORT for word in arguments[:verb]):
        return None
    options, packages = _sort(tool, arguments[:verb] + arguments[verb + 1 :])
    return Install(tool, options, packages)


def _tool(words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    name = _name(words[0])
    if _PIP.match(name):
        return "pip", words[1:]
    if _PYTHON.match(name) and len(words) > 2 and words[1] == "-m" and words[2] == "pip":
        return "pip", words[3:]
    if name == "uv" and len(words) > 1 and words[1] == "pip":
        return "pip", words[2:]
    return _SYSTEM_TOOLS.get(name), words[1:]


def _name(word: str) -> str:
    return word.rpartition("/")[2]


def _sort(tool: str, words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    options: list[str] = []
    packages: list[str] = []
    takes_next = False
    for word in words:
        if takes_next:
            options.append(word)
            takes_next = False
        elif _REDIRECTION.match(word):
            break
        elif word.startswith("-"):
            options.append(word)
            takes_next = word in _WITH_VALUE.get(tool, ())
        else:
            packages.append(word)
    return tuple(options), tuple(packages)
