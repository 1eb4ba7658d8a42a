"""Every exception that layerscope raises.

LayerscopeError
├── UsageError              the command or its options make no sense            exit 2
│   └── BadDockerfile       a Dockerfile that is not there, or is none
└── ImageError              the image could not be found or read                exit 3
    ├── ImageNotFound       nobody who was asked has it
    ├── SourceUnavailable   an engine or a file could not be reached or opened
    │   └── StoreUnusable   an engine's own folder cannot be read, or is not as expected
    ├── MalformedImage      manifests, configs or archives that are not valid
    │   └── DamagedTar      a tar stream that breaks the format, with its byte offset
    ├── DigestMismatch      bytes that are not the ones their digest promises
    └── LimitExceeded       input beyond a stated bound
"""


class LayerscopeError(Exception):
    """Base of all errors: what was read, what is wrong, and what to try."""

    def __init__(self, problem: str, *, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem} {self.hint}".rstrip()


class UsageError(LayerscopeError):
    """The command or its options make no sense."""


class BadDockerfile(UsageError):
    """A Dockerfile that is not there, or that no builder would take as one."""


class ImageError(LayerscopeError):
    """The image could not be found or read."""


class ImageNotFound(ImageError):
    """Nobody who was asked has the image."""


class SourceUnavailable(ImageError):
    """An engine or a file could not be reached or opened."""


class StoreUnusable(SourceUnavailable):
    """An engine's own folder cannot be read, or is not as expected, and the engine is asked instead."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, hint="The image is read through the engine's API, which takes longer.")


class MalformedImage(ImageError):
    """A manifest, a configuration or an archive is not valid."""


class DamagedTar(MalformedImage):
    """A tar stream breaks the format."""

    def __init__(self, problem: str, *, offset_bytes: int, hint: str = "") -> None:
        super().__init__(f"{problem} (at byte {offset_bytes} of the tar).", hint=hint)
        self.offset_bytes = offset_bytes


class DigestMismatch(ImageError):
    """Bytes are not the ones that their digest promises."""


class LimitExceeded(ImageError):
    """The input is beyond a stated bound."""
