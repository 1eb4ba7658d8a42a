"""The commands of a RUN instruction with their places, so that one can be changed, added or taken away."""

from collections.abc import Iterator

from msgspec import Struct, field

from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.edits import Edit
from layerscope.dockerfile.instruction import Instruction
from layerscope.findings.shell import TOKEN, is_before_program, unquote

_LINE_CHARACTERS = 120
_JOINED = frozenset(("", "&&"))


class ShellWord(Struct, frozen=True):
    """A word without its quotes, and where it begins and ends in the instruction's line."""

    text: str
    start: int
    end: int


class Command(Struct, frozen=True):
    """One command: its words without what stands before the program, and the operators around it.

    `start` is where it begins, with what stands before the program; `depth` counts the parentheses around it.
    """

    start: int
    words: tuple[ShellWord, ...]
    prefix: tuple[str, ...]
    before: str
    after: str
    depth: int

    @property
    def end(self) -> int:
        """Where its last word ends."""
        return self.words[-1].end

    @property
    def texts(self) -> tuple[str, ...]:
        """Its words."""
        return tuple(word.text for word in self.words)

    @property
    def program(self) -> str:
        """The name of what it runs, without folders."""
        return self.words[0].text.rpartition("/")[2]

    @property
    def is_joined(self) -> bool:
        """Whether nothing but `&&` stands around it, so that it can go without a change for the others."""
        return self.before in _JOINED and self.after in _JOINED and not self.depth


class _Open(Struct):
    """A command of which not all words are known."""

    before: str
    depth: int
    prefix: list[ShellWord] = field(default_factory=list)
    words: list[ShellWord] = field(default_factory=list)

    def add(self, word: ShellWord) -> None:
        is_prefix = not self.words and is_before_program(word.text)
        (self.prefix if is_prefix else self.words).append(word)

    def close(self, after: str) -> Command:
        start = (self.prefix or self.words)[0].start
        prefix = tuple(word.text for word in self.prefix)
        return Command(start, tuple(self.words), prefix, self.before, after, self.depth)


def commands_of(item: Instruction) -> tuple[Command, ...]:
    """The commands of a RUN whose text a shell reads; none of one in exec form or with a here-document."""
    if item.keyword != "RUN" or item.heredocs or item.exec_form is not None:
        return ()
    return tuple(_commands(item))


def _commands(item: Instruction) -> Iterator[Command]:
    current = _Open("", 0)
    depth = 0
    for match in TOKEN.finditer(item.line, item.arguments_at):
        if match.lastgroup != "operator":
            current.add(ShellWord(unquote(match.group()), match.start(), match.end()))
            continue
        operator = match.group()
        if current.words:
            yield current.close(operator)
        depth += {"(": 1, ")": -1}.get(operator, 0)
        current = _Open(operator, depth)
    if current.words:
        yield current.close("")


def why_not_joinable(item: Instruction) -> str | None:
    """What keeps a command from being added at the end of an instruction, None where nothing does."""
    if item.keyword != "RUN":
        return f"line {item.span.first} is no RUN"
    if item.heredocs:
        return f"the commands of line {item.span.first} are in a here-document"
    commands = commands_of(item)
    if not commands:
        return f"line {item.span.first} runs without a shell"
    last = commands[-1]
    ends_open = last.after not in ("", ")") or last.program in ("exit", "exec") or "exec" in last.prefix
    if ends_open or any(word.text.startswith("#") for command in commands for word in command.words):
        return f"nothing can be added to the end of line {item.span.last}"
    return None


def join_command(dockerfile: Dockerfile, item: Instruction, command: str) -> Edit:
    """Add `&& command` at the end of a RUN, in the manner of its other lines."""
    end = len(item.line.rstrip())
    place = item.place_behind(end)
    break_line = f" {dockerfile.escape}{dockerfile.newline}"
    lines = [item.line[start:] for start, _ in item.pieces]
    leading = next((line for line in reversed(lines[1:]) if line.lstrip().startswith("&&")), None)
    if leading is not None:
        text = f"{break_line}{_indent(leading)}&& {command}"
    elif len(lines) > 1 and item.line[: item.pieces[-1][0]].rstrip().endswith("&&"):
        text = f" &&{break_line}{_indent(lines[-1])}{command}"
    elif len(lines) > 1 or end + len(command) + 4 > _LINE_CHARACTERS:
        text = f"{break_line}    && {command}"
    else:
        text = f" && {command}"
    return Edit(place, place, text)


def remove_command(item: Instruction, number: int) -> Edit | None:
    """Take a command away with the `&&` that joins it; None where that would change what the others do, or a comment.

    The only command goes with its instruction.
    """
    commands = commands_of(item)
    command = commands[number]
    if not command.is_joined:
        return None
    if len(commands) == 1:
        return Edit(item.start, item.end, "")
    if number:
        start, end = item.place_behind(commands[number - 1].end), item.place_behind(command.end)
    else:
        start, end = item.place(command.start), item.place(commands[1].start)
    dropped = item.source[start - item.start : end - item.start]
    return None if any(line.lstrip().startswith("#") for line in dropped.split("\n")[1:]) else Edit(start, end, "")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
