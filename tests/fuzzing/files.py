"""What several targets do: short files that are gone again, and reports of an analysis."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from layerscope.analysis import Analysis
from layerscope.errors import LayerscopeError
from layerscope.report.formats import FORMATS
from layerscope.saved.save import save_analysis


@contextmanager
def written(content: bytes, suffix: str = ".tar") -> Iterator[Path]:
    """A file for a while, in memory where that is possible."""
    folder = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with NamedTemporaryFile(dir=folder, suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def report(analysis: Analysis, choice: int) -> None:
    """One of the reports, and what `--save` would write."""
    kind = FORMATS[choice % len(FORMATS)]
    try:
        b"".join(kind.render(analysis)).decode()
    except LayerscopeError:
        assert kind.id == "patch", kind.id
    save_analysis(analysis)
