"""The interpreter and its standard library."""

from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import owned

_PACKAGES = (
    "python3",
    "python3.*",
    "python3-minimal",
    "python3-libs",
    "python3-distutils",
    "python3-lib2to3",
    "python3-venv",
    "python3-pip-wheel",
    "python3-setuptools-wheel",
    "python3-pip-whl",
    "python3-setuptools-whl",
    "python36",
    "python38",
    "python39",
    "python36-libs",
    "python38-libs",
    "python39-libs",
    "python2*",
    "python-unversioned-command",
    "libpython2*",
    "libpython3*",
    "platform-python",
)
_PROGRAMS = ("python", "python3", "python3.*", "python3-config", "pip", "pip3*", "pydoc3*", "idle3*", "2to3*")

DETECTOR = Detector(
    id="python-runtime",
    title="Python itself",
    group=Group.PYTHON,
    directories=("usr/local/lib/python3.*", "usr/local/include/python3.*", "**/uv/python/cpython-*", "**/.pyenv"),
    files=(
        *(f"usr/local/bin/{name}" for name in _PROGRAMS),
        "usr/local/lib/libpython3*",
        "usr/local/lib/pkgconfig/python*.pc",
    ),
    packages=(*owned(["dpkg", "rpm", "apk"], _PACKAGES), "conda:python"),
    unless_owned=True,
    order=4,
    why="Python and the modules that come with it.",
    fix="Keep one interpreter: not the distribution's beside conda's or uv's.",
)
