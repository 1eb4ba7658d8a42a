"""Words in Python files, and which files are asked for and read at all."""

import ast

import pytest

from layerscope.layers.probe import ProbeSet
from layerscope.probes import python_source
from layerscope.probes.python_source import WORDS, PythonSource
from tests.probes.reading import mutants, read

SOURCE = b'''"""An application."""
import ctypes, os, torch, triton
from torch.utils.cpp_extension import load
from torch.utils.cpp_extension import BuildExtension, load_inline

# numba.cuda and libcufft.so.11 are in a comment
cublas = ctypes.CDLL("libcublas.so.12")
home = os.environ.get("CUDA_HOME", "/usr/local/cuda-12.4")


@triton.jit
def kernel(): ...


@torch . compile
def step(): ...
'''
EXPECTED = PythonSource(
    frozenset(
        {
            "torch.compile",
            "triton.jit",
            "load_inline",
            "cpp_extension.load",
            "cpp_extension",
            "CUDA_HOME",
            "/usr/local/cuda",
        }
    ),
    frozenset({"libcublas.so.12"}),
)


def test_words_and_names() -> None:
    ast.parse(SOURCE)
    assert read(python_source.PROBES, "app/serve.py", SOURCE) == EXPECTED


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("model = torch.compile(model, mode='max-autotune')", "torch.compile"),
        ("from torch import nn, compile", "torch.compile"),
        ("@triton.autotune(configs=[])", "triton.jit"),
        ("from triton import jit", "triton.jit"),
        ("module = cpp_extension.load(name='x', sources=['x.cu'])", "cpp_extension.load"),
        ("from torch.utils.cpp_extension import CUDAExtension", "cpp_extension"),
        ("with torch.autograd.profiler.profile():", "torch.profiler"),
        ("from numba import njit, cuda", "numba.cuda"),
        ("kernel = cp.RawKernel(code, 'f')", "cupy.RawKernel"),
        ("from pycuda.compiler import SourceModule", "pycuda"),
        ("subprocess.check_call(['nvcc'])", "nvcc"),
    ],
)
def test_each_word(text: str, word: str) -> None:
    assert word in WORDS
    assert word in read(python_source.PROBES, "srv/x/main.py", text.encode()).words


@pytest.mark.parametrize(
    "text", ["recompile", "torch.compiler.disable()", "mytorch.compile", "invcc", "libcrypto.so.3"]
)
def test_words_that_look_alike(text: str) -> None:
    assert read(python_source.PROBES, "app/x.py", text.encode()) == PythonSource(frozenset(), frozenset())


@pytest.mark.parametrize(
    "path", ["main.py", "app/main.py", "srv/a/b/main.py", "app/src/pkg/sub/deep/main.py", "home/me/app/pkg/sub/main.py"]
)
def test_paths_that_are_read(path: str) -> None:
    assert read(python_source.PROBES, path, SOURCE) == EXPECTED


@pytest.mark.parametrize(
    "path",
    [
        "usr/local/lib/python3.11/site-packages/torch/compile.py",
        "opt/conda/lib/python3.11/site-packages/torch/_inductor/x.py",
        "usr/lib/python3/dist-packages/x/y.py",
        "app/.venv/lib/python3.11/site-packages/torch/x.py",
        "app/main.pyc",
        "app/main.txt",
    ],
)
def test_paths_that_are_not_asked_for(path: str) -> None:
    assert ProbeSet(python_source.PROBES).wanting(path.encode()) is None


@pytest.mark.parametrize(
    "path", ["usr/lib/python3.11/abc.py", "opt/conda/lib/python3.11/abc.py", "app/site-packages/x.py"]
)
def test_paths_that_are_dismissed(path: str) -> None:
    assert read(python_source.PROBES, path, SOURCE) is None


def test_what_is_kept_is_bounded() -> None:
    names = b" ".join(b"libcu%c%d.so.1" % (97 + number % 26, number) for number in range(50_000))
    found = read(python_source.PROBES, "app/x.py", b"nvcc " * 1_000 + names)
    assert (found.words, len(found.libraries)) == ({"nvcc"}, 64)
    assert len(read(python_source.PROBES, "app/x.py", b"libcu" + b"a" * 100_000 + b".so").libraries) == 0


def test_mutants_are_read() -> None:
    for content in mutants(SOURCE, 300):
        found = read(python_source.PROBES, "app/x.py", content)
        assert found.words <= set(WORDS)
