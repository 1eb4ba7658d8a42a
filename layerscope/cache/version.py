"""What must not have changed since a scan was made: the code that makes scans, and the libraries that it uses."""

import platform
from functools import cache
from pathlib import Path

import numpy as np
from blake3 import __version__ as blake3_version
from blake3 import blake3

from layerscope.__about__ import __version__

try:
    from isal import __version__ as isal_version
except ImportError:
    isal_version = ""

_FOLDERS = ("blob", "cache", "codec", "comparing", "estimating", "layers", "oci", "probes", "sources", "tar")
_MODULES = ("name_matcher.py", "names.py", "patterns.py", "units.py")


@cache
def scanner_version() -> str:
    """A digest over the scanner: whoever changes a probe need not remember to say so."""
    root = Path(__file__).parents[1]
    files = [path for folder in _FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    libraries = (platform.python_version(), np.__version__, blake3_version, isal_version)
    hasher = blake3(repr((__version__, libraries)).encode())
    for path in (*files, *(root / name for name in _MODULES)):
        # A package without sources is an installed one, whose version says it all.
        content = path.read_bytes() if path.exists() else b""
        hasher.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return str(hasher.hexdigest(length=8))
