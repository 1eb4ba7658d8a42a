"""Passwords behind a command's short option, as in `docker login -p` and `mysql -p`."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

_EDGES = "\"'[](){}`,\\"
_NAME_CHARACTERS = 60
_SEPARATORS = re.compile(r"[;|&()`/]")
# A word that ends with one of these ends its command.
_ENDS = (";", "|", "&", ")")
# Clusters such as -pr are shorter than a password.
_SHORTEST_ATTACHED = 3
# `docker run --name mysql -p3306:3306`
_PORTS = re.compile(r"[\d.:]{1,40}:\d")


class Password(Struct, frozen=True):
    """A password begins in the word of this number, behind `offset` characters; `program` takes it."""

    program: str
    number: int
    offset: int


class _Program(Struct, frozen=True):
    """Whose `option` is a password, behind the word `after` if that is given; `is_apart`: also as the next word."""

    names: re.Pattern[str]
    option: str
    after: str | None = None
    is_apart: bool = True


# As the manuals of these programs have it. MySQL's clients ask for a password where -p stands alone.
_PROGRAMS = (
    _Program(re.compile(r"docker|podman|buildah|skopeo|nerdctl|oras|crane|regctl|helm|az|oc|cf"), "-p", after="login"),
    _Program(re.compile(r"(?:mysql|mariadb)(?:[_-]?[a-z]{2,16}){0,2}"), "-p", is_apart=False),
    _Program(re.compile(r"sshpass|twine|mongo(?:sh|dump|restore|import|export)?"), "-p"),
    _Program(re.compile(r"redis-cli"), "-a"),
    _Program(re.compile(r"sqlcmd"), "-P"),
)
_OPTION = re.compile(r"(?<![\w-])-[paP]")
_ANY_PROGRAM = re.compile("|".join(program.names.pattern for program in _PROGRAMS))
# Their -p is something else, and where lines were joined no separator stands before them.
_OTHERS = re.compile(r"mkdir|ssh|scp|cp|tar|rsync|apt|apt-get|apk|dnf|yum")


def may_hold_passwords(text: str) -> bool:
    """Whether one of the programs and one of the options is in a text: a cheap look before its words are taken."""
    return _OPTION.search(text) is not None and _ANY_PROGRAM.search(text) is not None


def find_passwords(words: Iterable[str]) -> Iterator[Password]:
    """Where the passwords are among the words of commands, quotes and a list's commas still at them."""
    program, name, is_ready, is_next = None, "", False, False
    for number, word in enumerate(words):
        bare = word.strip(_EDGES)
        if is_next and not bare.startswith("-"):
            yield Password(name, number, 0)
        if is_next:
            program, is_next = None, False
        elif program and is_ready and (offset := _attached(program, word, bare)):
            yield Password(name, number, offset)
            program = None
        elif program and is_ready and bare == program.option:
            is_next = program.is_apart
        elif bare == "--password-stdin" or _OTHERS.fullmatch(_program_name(bare)):
            program = None
        elif found := _program_of(bare):
            program, name, is_ready = found, _program_name(bare), found.after is None
        elif program and bare == program.after:
            is_ready = True
        if word.endswith(_ENDS):
            program = None


def _attached(program: _Program, word: str, bare: str) -> int:
    """Behind how many characters of the word a password begins that its option is joined to; 0 for none."""
    password = bare.removeprefix(program.option)
    if password == bare or len(password) < _SHORTEST_ATTACHED or _PORTS.match(password):
        return 0
    is_assigned = program.is_apart and password.startswith("=")
    return word.index(bare) + len(program.option) + is_assigned


def _program_of(bare: str) -> _Program | None:
    name = _program_name(bare)
    return next((program for program in _PROGRAMS if program.names.fullmatch(name)), None) if name else None


def _program_name(bare: str) -> str:
    return _SEPARATORS.split(bare[-_NAME_CHARACTERS:])[-1].lstrip("\"'@-")
