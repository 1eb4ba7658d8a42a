"""Other bases by the real engine: a chain of bases with libraries that gcc made, and images rebuilt on each link."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from layerscope.patched import applied_plan, patch_plan
from layerscope.switching.candidate import Verdict
from tests.engine.real_tools import noise
from tests.engine.tools import EngineImages, call, require

pytestmark = pytest.mark.engine
LINKS = ("base", "runtime", "devel")
ENV = {
    "base": "ENV NVARCH=x86_64\nENV NVIDIA_REQUIRE_CUDA=cuda>=12.4\nENV CUDA_VERSION=12.4.1\n"
    "ENV NV_CUDA_CUDART_VERSION=12.4.127-1\n",
    "runtime": "ENV NV_CUDA_LIB_VERSION=12.4.1-1\nENV NV_LIBCUBLAS_VERSION=12.4.5.8-1\n",
    "devel": "ENV NV_CUDA_LIB_VERSION=12.4.1-1\nENV NV_CUDA_CUDART_DEV_VERSION=12.4.127-1\n",
}
LIB = "usr/local/cuda-12.4/targets/x86_64-linux/lib"


@dataclass(frozen=True)
class Chain:
    """The names of the chain's images by variant, and the files of each application."""

    images: Mapping[str, str]
    wheels: Mapping[str, bytes]
    linked: Mapping[str, bytes]


def compiled(folder: Path, name: str, *needed: Path, source: str = "", options: tuple[str, ...] = ()) -> Path:
    """A program (`main` in the source) or a library of that name, linked against others."""
    (folder / f"{name}.c").write_text(source or f"int {name.split('.', maxsplit=1)[0]}_value(void) {{ return 1; }}\n")
    kind = () if "main" in source else ("-shared", f"-Wl,-soname,{name}")
    call("gcc", *kind, "-o", folder / name, folder / f"{name}.c", "-Wl,--no-as-needed", *needed, *options)
    return folder / name


@pytest.fixture(scope="module")
def chain(engine_images: EngineImages, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Build the links, each with what its stage brings, and compile two applications."""
    require("gcc")
    made = tmp_path_factory.mktemp("compiled")
    cudart = compiled(made, "libcudart.so.12")
    lt = compiled(made, "libcublasLt.so.12")
    cublas = compiled(made, "libcublas.so.12", lt, cudart, options=("-Wl,-rpath,$ORIGIN",))
    brought = {
        "base": {f"{LIB}/libcudart.so.12": cudart.read_bytes(), "etc/ld.so.conf": f"/{LIB}\n".encode()},
        "runtime": {
            f"{LIB}/libcublas.so.12": cublas.read_bytes() + noise(1, 200_000),
            f"{LIB}/libcublasLt.so.12": lt.read_bytes() + noise(2, 300_000),
        },
        "devel": {
            "usr/local/cuda-12.4/bin/nvcc": noise(3, 400_000),
            "usr/local/cuda-12.4/targets/x86_64-linux/include/cuda_runtime.h": b"#pragma once\n" * 4_000,
        },
    }
    # Under names that say nothing, so that what lies in the lowest layer is no library to anybody.
    files = {
        f"payload/{link}/{number}": content
        for link, items in brought.items()
        for number, content in enumerate(items.values())
    }
    image = engine_images.build(base_image, "COPY payload /payload\n", tmp_path_factory.mktemp("os"), files=files)
    repository = engine_images.name("chain").rpartition(":")[0]
    images = {}
    for link, items in brought.items():
        folders = " ".join(sorted({f"/{path.rpartition('/')[0]}" for path in items}))
        copies = "".join(f" && cp /payload/{link}/{number} /{path}" for number, path in enumerate(items))
        step = f"RUN : ${{NV_CUDA_CUDART_VERSION}} && mkdir -p {folders}{copies}\n"
        image = engine_images.build(image, ENV[link] + step, tmp_path_factory.mktemp(link))
        images[link] = f"{repository}:12.4.1-{link}"
        call("docker", "tag", image, images[link])
        engine_images.names.append(images[link])
    code = "int main(void) { return 0; }\n"
    own = compiled(made, "serve", cublas, lt, cudart, source=code, options=("-Wl,-rpath,$ORIGIN/lib",))
    system = compiled(made, "linked", cublas, lt, cudart, source=code)
    libraries = {f"app/lib/{path.name}": path.read_bytes() for path in (cublas, lt)}
    return Chain(images, {"app/serve": own.read_bytes(), **libraries}, {"app/linked": system.read_bytes()})


STEPS = """\
# what the service needs
COPY data /data
RUN chmod -R 750 /data
COPY app /app
CMD ["/app/serve"]
"""
DATA = {"data/one": noise(4, 150_000), "data/two": noise(5, 160_000)}


def place_programs(folder: Path, app: Mapping[str, bytes]) -> None:
    """Put what runs into a context, where it keeps its mode when it is written again."""
    for path in app:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch(mode=0o755)


def analyzed(images: EngineImages, base: str, app: Mapping[str, bytes], folder: Path, steps: str = STEPS) -> Analysis:
    """Build the application on a base and take it apart, with its Dockerfile."""
    place_programs(folder, app)
    image = images.build(base, steps, folder, builder="buildkit", files={**DATA, **app})
    return layerscope.analyze(f"docker:{image}", pull="never", dockerfile=folder.with_name(f"{folder.name}.Dockerfile"))


def test_each_link_is_predicted_to_the_byte(engine_images: EngineImages, chain: Chain, tmp_path: Path) -> None:
    analysis = analyzed(engine_images, chain.images["devel"], chain.wheels, tmp_path / "devel")
    found = {item.variant: item for item in analysis.candidates}
    # What the application has no copy of comes from the base: cudart.
    assert {name: item.verdict for name, item in found.items()} == {
        "runtime": Verdict.SAFE,
        "base": Verdict.SAFE,
        "none": Verdict.UNSAFE,
    }
    for variant in ("base", "runtime"):
        rebuilt = analyzed(engine_images, chain.images[variant], chain.wheels, tmp_path / variant)
        assert found[variant].predicted_stored_bytes == rebuilt.index.stored_bytes
    assert analysis.recommended is found["base"]


def test_the_whole_plan_is_what_its_own_dockerfile_makes(
    engine_images: EngineImages, chain: Chain, tmp_path: Path
) -> None:
    analysis = analyzed(engine_images, chain.images["devel"], chain.wheels, tmp_path / "before")
    assert analysis.dockerfile is not None
    patch = patch_plan(analysis.dockerfile, analysis.plan, analysis.detected_base)
    assert [step.id for step in patch.applied] == ["switch", "chmod-layer:layer 6"]
    first, _, steps = patch.text.partition("\n")
    assert first == f"FROM {chain.images['base']}"
    assert steps.startswith("# what the service needs\n")
    rebuilt = analyzed(engine_images, first.removeprefix("FROM "), chain.wheels, tmp_path / "after", steps)
    plan = applied_plan(patch, analysis.index, analysis.transfer)
    assert plan.predicted_stored_bytes == rebuilt.index.stored_bytes
    assert plan.saves_bytes > 700_000 + 310_000


def test_a_program_linked_to_the_systems_library_breaks_where_it_is_said_to(
    engine_images: EngineImages, chain: Chain, tmp_path: Path
) -> None:
    """The verdicts against the dynamic linker itself, which starts the program in containers of each link."""
    analysis = analyzed(engine_images, chain.images["devel"], chain.linked, tmp_path / "linked")
    found = {item.variant: item for item in analysis.candidates}
    assert found["runtime"].verdict is Verdict.SAFE
    assert found["base"].verdict is Verdict.UNSAFE
    assert any("/app/linked loads libcublas.so.12" in text for text in found["base"].evidence)
    for link in LINKS:
        place_programs(folder := tmp_path / f"run-{link}", chain.linked)
        image = engine_images.build(chain.images[link], "COPY app /app\n", folder, files=chain.linked)
        env = f"LD_LIBRARY_PATH=/{LIB}"
        command = ("docker", "run", "--rm", "--network=none", f"--env={env}", image, "/app/linked")
        if link == "base":
            with pytest.raises(pytest.fail.Exception, match=r"libcublas\.so\.12"):
                call(*command)
        else:
            call(*command)
