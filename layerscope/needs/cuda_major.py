"""Which CUDA a library is of: names such as libcusparse.so.12 are the same in several majors."""

import re

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import UNOWNED, Owners
from layerscope.probes.elf import ElfFacts

# Libraries whose SONAME has CUDA's own major, and which the others need (as read from CUDA 11, 12 and 13).
_TELLING = re.compile(
    r"lib(?:cudart|cublas|cublasLt|nvrtc|nvJitLink|nvfatbin|cufile_rdma_cuda)\.so\.(1\d)(?:\.\d+)?", re.ASCII
)
_PATH = re.compile(rb"(?:^|/)(?:usr/local/cuda-|nvidia/cu)(1\d)(?:[./]|$)")
_PACKAGE = re.compile(r"(?:-cu|-cuda-|^lib[a-z]+-|^cuda-[a-z-]+-)(1\d)(?:-\d{1,2})?$", re.ASCII)
_VERSION = re.compile(r"\+cuda(1\d)\.", re.ASCII)


def cuda_major(row: int, facts: ElfFacts, stack: LayerStack, owners: Owners) -> int | None:
    """The major by what the library needs, else by its folder, else by its package; None where nothing tells."""
    for name in (facts.soname or "", *facts.needed):
        if match := _TELLING.fullmatch(name):
            return int(match[1])
    if found := _PATH.search(stack.path(stack.name_row(row))):
        return int(found[1])
    number = int(owners.of_rows[row])
    if number == UNOWNED:
        return None
    package = owners.packages[number]
    match = _PACKAGE.search(package.name) or _VERSION.search(package.version)
    return int(match[1]) if match else None
