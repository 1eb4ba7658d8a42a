"""What an application's own source, command and environment ask for."""

import pytest

from tests.images import file
from tests.needs.needing import (
    CUDA,
    LIB,
    SITE,
    Needing,
    application,
    distribution,
    need_linker_tools,
    system_cuda,
)


@pytest.fixture(autouse=True)
def _tools() -> None:
    need_linker_tools()


def test_a_library_that_is_opened_by_name() -> None:
    image = Needing([*system_cuda(), application('import ctypes\nctypes.CDLL("libcublas.so.12")\n')])
    assert image.found() == {("libcublas.so.12", "certain")}
    need = image.need("libcublas.so.12")
    assert (need.kind.value, need.evidence) == ("dlopen", ("/app/serve.py has libcublas.so.12",))
    assert [image.path(row) for row in need.met_by] == [f"{LIB}/libcublas.so.12"]


def test_a_name_without_a_version_leads_to_what_is_there() -> None:
    image = Needing([*system_cuda(), application('CDLL("libcublas.so")')])
    assert [image.path(row) for row in image.need("libcublas.so").met_by] == [f"{LIB}/libcublas.so.12"]


@pytest.mark.parametrize("name", ["libcublas.so.11", "libcuda.so.1", "libcustom.so", "libnvidia-ml.so.1"])
def test_names_that_the_systems_cuda_has_not(name: str) -> None:
    assert Needing([*system_cuda(), application(f'CDLL("{name}")')]).needs == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subprocess.run(['nvcc', '--version'])", {("nvcc", "possible")}),
        ("os.environ['CUDA_HOME']", {("nvcc", "possible")}),
        ("sys.path.append('/usr/local/cuda/bin')", {("nvcc", "possible")}),
        ("# run nvcc first\nprint(1)", set()),
        ("from pycuda.compiler import SourceModule", {("nvcc", "certain")}),
        ("with torch.profiler.profile() as profile: ...", {("cupti", "possible")}),
    ],
)
def test_words(text: str, expected: set[tuple[str, str]]) -> None:
    assert Needing([*system_cuda(), application(text)]).found() == expected


def test_only_what_is_the_applications_own_counts() -> None:
    text = b"os.system('nvcc'); torch.compile(f)"
    items = [
        *system_cuda(),
        *distribution("thing", "1.0", file(f"{SITE}/thing/ops.py", text)),
        file("app/.venv/lib/python3.11/site-packages/x.py", text),
        file(f"{CUDA}/tools/script.py", text),
        file("usr/lib/python3.11/abc.py", text),
    ]
    assert Needing([*items, application()]).needs == ()


def test_profiler_with_the_wheel_of_cupti() -> None:
    items = [*distribution("nvidia-cuda-cupti-cu12", "12.4"), application("torch.profiler.profile()")]
    assert Needing([*system_cuda(), *items]).needs == ()


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ("CUDA_HOME=/usr/local/cuda", {("nvcc", "possible")}),
        ("CUDA_HOME=/opt/conda", set()),
        ("TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas", {("ptxas", "certain")}),
        ("XLA_FLAGS=--xla_gpu_cuda_data_dir=/usr/local/cuda", {("ptxas", "possible")}),
        ("LD_PRELOAD=/usr/local/cuda/lib64/libcublas.so.12", {("libcublas.so.12", "certain")}),
        ("LD_PRELOAD=libjemalloc.so.2", set()),
        ("LIBRARY_PATH=/usr/local/cuda/lib64/stubs", set()),
    ],
)
def test_environment(env: str, expected: set[tuple[str, str]]) -> None:
    assert Needing([*system_cuda(), application()], [env]).found() == expected


@pytest.mark.parametrize(
    ("cmd", "expected"),
    [
        (["sh", "-c", "nvcc x.cu && ./a.out"], {("nvcc", "certain")}),
        (["ncu", "--set", "full", "python3", "app.py"], {("ncu", "certain")}),
        (["python3", "/app/nvcc-free.py"], set()),
    ],
)
def test_command(cmd: list[str], expected: set[tuple[str, str]]) -> None:
    assert Needing([*system_cuda(), application()], cmd=cmd).found() == expected


def test_what_says_where_a_distribution_came_from_is_no_source() -> None:
    image = Needing(
        [*system_cuda(), application('CDLL("libcublas.so.12")'), file("app/thing.egg-link", b"/src/thing\n.")]
    )
    assert image.found() == {("libcublas.so.12", "certain")}
