"""A Dockerfile as it was read."""

from msgspec import Struct

from layerscope.dockerfile.instruction import Instruction, Span


class Dockerfile(Struct, frozen=True):
    """A Dockerfile: its text to the byte (what is not UTF-8 as surrogates), and the instructions in it."""

    text: str
    escape: str
    instructions: tuple[Instruction, ...]

    @property
    def newline(self) -> str:
        """How its first line ends, which is how new lines should."""
        return "\r\n" if self.text.partition("\n")[0].endswith("\r") else "\n"

    def gap(self, number: int) -> str:
        """The comments and blank lines in front of an instruction, or behind the last one."""
        start = self.instructions[number - 1].end if number else 0
        end = self.instructions[number].start if number < len(self.instructions) else len(self.text)
        return self.text[start:end]

    def at(self, span: Span) -> Instruction | None:
        """The instruction that begins on the first of these lines."""
        return next((item for item in self.instructions if item.span.first == span.first), None)
