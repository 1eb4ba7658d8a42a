"""Where in a repository a finding is to be mended."""

from dataclasses import dataclass

from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding

DOCKERFILE = "Dockerfile"


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the repository, and the lines of it that are known; without any, the file as a whole is meant."""

    path: str
    lines: tuple[int, ...] = ()

    @property
    def line(self) -> int:
        """The line to point at, the first one where none is known: the services ask for one."""
        return self.lines[0] if self.lines else 1


def place_of(analysis: Analysis, finding: Finding) -> Place:  # noqa: ARG001 - lines come with the Dockerfile
    """The lines behind the layers of a finding."""
    return Place(DOCKERFILE)


def place_of_image(analysis: Analysis) -> Place:  # noqa: ARG001 - the name comes with the Dockerfile
    """The file that stands for the image as a whole."""
    return Place(DOCKERFILE)
