"""An image of which every kind of verdict is true of some other base."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from layerscope.analysis import Analysis
from tests.needs.needing import need_linker_tools, program
from tests.switching.images import analyzed, base_image


@cache
def linked_to_cublas() -> Analysis:
    """An application on NVIDIA's devel image that loads the system's cuBLAS."""
    need_linker_tools()
    step = ("COPY app /app # buildkit", [program("app/run", "libcublas.so.12")])
    with TemporaryDirectory() as folder:
        return analyzed(Path(folder), base_image(), step)
