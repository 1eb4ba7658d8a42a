"""Where in a repository a finding is to be mended."""

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding
from layerscope.units import safe_text

DOCKERFILE = "Dockerfile"


class Place(Struct, frozen=True):
    """A file of the repository, and the lines of it that are known; without any, the file as a whole is meant."""

    path: str
    lines: tuple[int, ...] = ()

    @property
    def line(self) -> int:
        """The line to point at, the first one where none is known: the services ask for one."""
        return self.lines[0] if self.lines else 1


def place_of(analysis: Analysis, finding: Finding) -> Place:
    """The lines behind the layers of a finding, as far as they are known; FROM's, if the base is to blame."""
    path, dockerfile = place_of_image(analysis).path, analysis.dockerfile
    if dockerfile is None:
        return Place(path)
    if finding.who_can_fix == "base":
        line = dockerfile.base_line()
        return Place(path, () if line is None else (line,))
    return Place(path, tuple(dockerfile.lines_of(finding.layers)))


def place_of_image(analysis: Analysis) -> Place:
    """The file that stands for the image as a whole."""
    return Place(safe_text(analysis.dockerfile.name) if analysis.dockerfile else DOCKERFILE)
