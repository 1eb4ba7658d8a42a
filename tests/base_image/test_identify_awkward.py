"""Images whose witnesses are missing, contradict one another or look like another base's."""

import sqlite3
import struct
from contextlib import closing
from typing import Any

import pytest

from layerscope.base_image.detected import Confidence, DetectedBase, Family, OwnBase, Witness
from tests.base_image.cuda_chains import OS_RELEASE, cuda_image, status
from tests.base_image.histories import histories
from tests.base_image.identifying import detect, diff_ids, found_in
from tests.images import Item, file, whiteout
from tests.oci.limits import at_most

APP = ("RUN /bin/sh -c pip install torch # buildkit", "COPY . /app # buildkit")
HISTORIES = histories()
RPM_PATH = "var/lib/rpm/rpmdb.sqlite"
RPM_TABLE = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)"
BASE, RUNTIME, DEVEL = (cuda_image(f"12.4.1-{variant}-ubuntu22.04") for variant in ("base", "runtime", "devel"))


def short(found: DetectedBase | None) -> tuple[Any, ...]:
    """What most tests are about."""
    assert found is not None
    return found.family, found.variant, found.cuda, found.os, len(found.layers), found.confidence


def os_files(name: str) -> tuple[Item, ...]:
    return (file("usr/lib/os-release", OS_RELEASE[name].encode()),)


def with_env(base: Any, **changes: str) -> dict[str, Any]:
    """A configuration's variables with some of them overwritten."""
    return {"Env": [f"{name}={value}" for name, value in (base.env | changes).items()]}


def rpm_database(packages: dict[str, str]) -> bytes:
    """An rpm database of headers with name, version and release, as rpm 4.16 and later have it."""
    blobs = []
    for words in packages.items():
        texts = [word.encode() + b"\0" for word in (*words, "1")]
        starts = [sum(map(len, texts[:number])) for number in range(3)]
        index = b"".join(struct.pack(">IIII", 1000 + number, 6, start, 1) for number, start in enumerate(starts))
        blobs.append(struct.pack(">II", 3, len(b"".join(texts))) + index + b"".join(texts))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(RPM_TABLE)
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
        connection.commit()
        return connection.serialize()


CUDA, DISTRO = Family.NVIDIA_CUDA, Family.DISTRO
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


@pytest.mark.parametrize("version", ["11.8.0", "12.1", "cu124", "", "nonsense" * 40])
def test_an_overwritten_cuda_version(version):
    steps = (*DEVEL.steps, f"0 ENV CUDA_VERSION={version}", *APP)
    found = found_in(steps, (DEVEL.root,), config=with_env(DEVEL, CUDA_VERSION=version))
    assert (found.tag, len(found.layers)) == (DEVEL.tag, 11)
    assert found.confidence is (HIGH if version == "" else MEDIUM)


def test_an_overwritten_cuda_version_that_still_fits():
    found = found_in((*DEVEL.steps, *APP), (DEVEL.root,), config=with_env(DEVEL, CUDA_VERSION="12.4"))
    assert (found.tag, found.confidence) == (DEVEL.tag, HIGH)


def test_squashed_with_an_overwritten_cuda_version():
    found = found_in((), (RUNTIME.root,), config=with_env(RUNTIME, CUDA_VERSION="11.8.0"))
    assert short(found) == (CUDA, "runtime", "12.4.1", "ubuntu22.04", 0, LOW)
    assert [witness.source for witness in found.evidence if not witness.agrees] == ["environment", "environment"]


def test_squashed_base_with_an_overwritten_cuda_version_by_its_cudart():
    found = found_in((), (BASE.root,), config=with_env(BASE, CUDA_VERSION="nightly"))
    assert (found.tag, found.confidence) == (BASE.tag, LOW)


def test_a_users_development_variable_above_runtime():
    steps = (*RUNTIME.steps, "0 ENV NV_LIBCUBLAS_DEV_VERSION=12.4.5.8-1", *APP)
    config = with_env(RUNTIME, NV_LIBCUBLAS_DEV_VERSION="12.4.5.8-1")
    assert short(found_in(steps, (RUNTIME.root,), config=config)) == (CUDA, "runtime", "12.4.1", RUNTIME.os, 9, MEDIUM)


def test_a_users_development_variable_squashed():
    config = with_env(RUNTIME, NV_LIBCUBLAS_DEV_VERSION="12.4.5.8-1")
    found = found_in((), (RUNTIME.root,), config=config)
    assert short(found) == (CUDA, None, "12.4.1", RUNTIME.os, 0, LOW)
    assert found.tag is None


def test_nvidias_variables_that_do_not_agree():
    found = found_in((), (BASE.root,), config=with_env(RUNTIME, NV_CUDA_LIB_VERSION="11.8.0-1"))
    assert (found.variant, found.tag, found.confidence) == (None, None, LOW)


def test_an_overwritten_library_version_above_the_chain():
    config = with_env(DEVEL, NV_CUDA_LIB_VERSION="11.8.0-1")
    found = found_in((*DEVEL.steps, "0 ENV NV_CUDA_LIB_VERSION=11.8.0-1", *APP), (DEVEL.root,), config=config)
    assert (found.tag, len(found.layers), found.confidence) == (DEVEL.tag, 11, MEDIUM)


def test_nvidias_variables_on_a_plain_distribution():
    steps = (*HISTORIES["ubuntu"], "0 ENV NV_CUDA_CUDART_VERSION=12.4.127-1", *APP)
    found = found_in(steps, (os_files("ubuntu22.04"),), config=with_env(BASE))
    assert short(found) == (DISTRO, None, None, "ubuntu22.04", 1, MEDIUM)
    assert [witness.source for witness in found.evidence if not witness.agrees] == ["environment"]


def test_cuda_that_was_removed_again():
    gone = (whiteout("usr/local/cuda-12.4"),)
    status_left = (file("var/lib/dpkg/status", status({"libc6": "2.35"})),)
    found = found_in((*BASE.steps, *APP), (BASE.root, gone, status_left), config=with_env(BASE))
    assert short(found) == (CUDA, "base", "12.4.1", "ubuntu22.04", 5, MEDIUM)
    assert not any(witness.agrees for witness in found.evidence if "No CUDA runtime" in witness.text)


def test_development_packages_on_a_runtime_are_the_users():
    more = tuple(item for item in DEVEL.root if item.path not in {one.path for one in RUNTIME.root})
    steps = (*RUNTIME.steps, "RUN /bin/sh -c apt-get install -y cuda-toolkit-12-4 # buildkit", *APP)
    found = found_in(steps, (RUNTIME.root, more), config=with_env(RUNTIME))
    assert short(found) == (CUDA, "runtime", "12.4.1", "ubuntu22.04", 9, HIGH)


def test_nvidias_repository_added_by_the_user_is_not_the_bases():
    url = "https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/cuda-keyring_1.1-1_all.deb"
    steps = (*BASE.steps, f"RUN /bin/sh -c curl -O {url} && dpkg -i cuda-keyring_1.1-1_all.deb # buildkit", *APP)
    assert len(found_in(steps, (BASE.root,), config=with_env(BASE)).layers) == 5


def test_another_cuda_beside_the_bases():
    other = (file("usr/local/cuda-11.8/targets/x86_64-linux/lib/libcudart.so.11.8.89", b"11"),)
    found = found_in((*BASE.steps, *APP), (BASE.root, other), config=with_env(BASE))
    assert short(found) == (CUDA, "base", "12.4.1", "ubuntu22.04", 5, MEDIUM)


def test_a_whole_root_copied_from_another_stage():
    found = found_in(("COPY / / # buildkit",), (DEVEL.root,))
    assert short(found) == (CUDA, "devel", "12.4.1", "ubuntu22.04", 0, MEDIUM)
    assert found.tag == DEVEL.tag


def test_an_export_without_nvidias_marks():
    files = tuple(item for item in RUNTIME.root if not item.path.startswith(("NGC", "opt/")))
    assert short(found_in((), (files,))) == (CUDA, "runtime", "12.4.1", "ubuntu22.04", 0, LOW)


def test_files_and_no_packages():
    files = tuple(item for item in RUNTIME.root if "dpkg" not in item.path)
    assert short(found_in((), (files,))) == (CUDA, "runtime", "12.4.1", "ubuntu22.04", 0, MEDIUM)


def test_packages_of_an_rpm_database():
    rocky = cuda_image("12.4.1-base-rockylinux9")
    names = {"cuda-cudart-12-4": "12.4.127", "cuda-libraries-12-4": "12.4.1", "libcublas-12-4": "12.4.5.8"}
    names |= {"libcufft-12-4": "11", "cuda-cudart-devel-12-4": "12.4.127", "libcublas-devel-12-4": "12.4.5.8"}
    files = (*(item for item in rocky.root if "cuda-12" not in item.path), file(RPM_PATH, rpm_database(names)))
    # Its database says devel, its variables say base: more was installed later.
    found = found_in((), (files,), config=rocky.config)
    assert short(found) == (CUDA, "base", "12.4.1", "rockylinux9", 0, MEDIUM)
    assert Witness("packages", "CUDA 12.4.1 with what devel has") in found.evidence


@pytest.mark.parametrize("folder", ["usr/local/cuda-12.4/targets/x86_64-linux/lib", "usr/lib/aarch64-linux-gnu"])
def test_cudnn_wherever_it_lies(folder):
    files = tuple(item for item in RUNTIME.root if "dpkg" not in item.path)
    cudnn = file(f"{folder}/libcudnn.so.9.1.0", b"n")
    assert found_in((), ((*files, cudnn),)).tag == "12.4.1-cudnn-runtime-ubuntu22.04"


def test_only_the_toolkit_copied_onto_a_distribution():
    toolkit = tuple(item for item in DEVEL.root if item.path.startswith(("usr/local/cuda-", "var/lib/dpkg")))
    steps = (*HISTORIES["debian"], "COPY /usr/local/cuda-12.4 /usr/local/cuda-12.4 # buildkit", *APP)
    found = found_in(steps, (os_files("debian12"), toolkit))
    assert short(found) == (DISTRO, None, None, "debian12", 1, HIGH)
    assert any("CUDA 12.4.1 with what devel has" in witness.text for witness in found.evidence)


def test_a_toolkit_copied_onto_nothing():
    toolkit = tuple(item for item in DEVEL.root if item.path.startswith(("usr/local/cuda-", "var/lib/dpkg")))
    assert detect(("COPY /usr/local/cuda-12.4 /usr/local/cuda-12.4 # buildkit",), (toolkit,)) is None


def test_a_toolkit_installed_on_a_distribution():
    files = tuple(item for item in DEVEL.root if item.path != "NGC-DL-CONTAINER-LICENSE")
    steps = (*HISTORIES["ubuntu"], "RUN /bin/sh -c apt-get update && apt-get install -y cuda-toolkit-12-4 # buildkit")
    found = found_in(steps, (os_files("ubuntu22.04"), files))
    assert short(found) == (DISTRO, None, None, "ubuntu22.04", 1, HIGH)


@pytest.mark.parametrize("require", [None, "cuda>=12.1"])
def test_condas_cuda(require):
    env = {"CUDA_VERSION": "12.1.1", "CONDA_DIR": "/opt/conda", **({"NVIDIA_REQUIRE_CUDA": require} if require else {})}
    conda = (file("opt/conda/lib/libcudart.so.12", b"c"), file("opt/conda/lib/libcublas.so.12", b"c"))
    config = {"Env": [f"{name}={value}" for name, value in env.items()]}
    found = found_in((*HISTORIES["miniforge"], *APP), (os_files("ubuntu22.04"), conda), config=config)
    assert short(found) == (DISTRO, None, None, "ubuntu22.04", 1, MEDIUM if require else HIGH)


@pytest.mark.parametrize("os", ["rockylinux9", "ubi9", "ubuntu24.04"])
def test_cuda_13(os):
    base = cuda_image(f"13.0.0-cudnn-runtime-{os}")
    found = found_in((*base.steps, *APP), (base.root,), config=base.config)
    assert (found.tag, found.variant, found.os, len(found.layers)) == (base.tag, "cudnn-runtime", os, 10)
    assert found.confidence is HIGH


def test_a_cuda_newer_than_the_known_tags():
    base = cuda_image("13.0.0-devel-ubuntu24.04")
    steps = tuple(step.replace("13.0", "13.4").replace("13-0", "13-4") for step in base.steps)
    env = [item.replace("13.0", "13.4").replace("13-0", "13-4") for item in base.config["Env"]]
    files = tuple(
        file(item.path.replace("13.0", "13.4"), item.content.replace(b"13-0", b"13-4").replace(b"13.0", b"13.4"))
        for item in base.root
    )
    found = found_in((*steps, *APP), (files,), config={"Env": env})
    assert (found.tag, len(found.layers)) == ("13.4.0-devel-ubuntu24.04", 11)
    assert any("newer than the known tags" in witness.text for witness in found.evidence)


def test_nvidias_instructions_on_an_os_that_nvidia_does_not_offer():
    root = (*(item for item in DEVEL.root if "os-release" not in item.path), *os_files("debian12"))
    found = found_in((*DEVEL.steps, *APP), (root,), config=DEVEL.config)
    assert short(found) == (CUDA, "devel", "12.4.1", "debian12", 11, MEDIUM)
    assert found.tag is None


def test_an_arm_image():
    config = with_env(BASE, NVARCH="sbsa")
    steps = tuple(step.replace("NVARCH=x86_64", "NVARCH=sbsa") for step in BASE.steps)
    found = found_in((*steps, *APP), (BASE.root,), config=config, architecture="arm64")
    assert (found.architecture, found.tag, found.confidence) == ("arm64", BASE.tag, HIGH)
    assert found_in((*BASE.steps, *APP), (BASE.root,), config=config).confidence is MEDIUM


def test_an_os_by_labels_and_by_nvidias_repository():
    root = tuple(item for item in BASE.root if "os-release" not in item.path)
    labels = {"org.opencontainers.image.ref.name": "ubuntu", "org.opencontainers.image.version": "22.04"}
    assert found_in((*BASE.steps, *APP), (root,), config={**BASE.config, "Labels": labels}).tag == BASE.tag
    assert found_in((*BASE.steps, *APP), (root,), config=BASE.config).tag == BASE.tag


@pytest.mark.parametrize(
    ("reference", "confidence"),
    [
        ("docker.io/nvidia/cuda:12.4.1-devel-ubuntu22.04", HIGH),
        ("mirror.example.org:5000/nvidia/cuda:12.4.1-devel-ubuntu22.04@sha256:" + "0" * 64, HIGH),
        ("docker.io/nvidia/cuda:12.4.1-runtime-ubuntu22.04", MEDIUM),
    ],
)
def test_a_declared_base_beside_the_history(reference, confidence):
    config = {**DEVEL.config, "Labels": {"org.opencontainers.image.base.name": reference}}
    found = found_in((*DEVEL.steps, *APP), (DEVEL.root,), config=config)
    assert (found.tag, found.confidence) == (DEVEL.tag, confidence)


def test_a_declared_base_alone():
    name = {"org.opencontainers.image.base.name": "nvidia/cuda:12.4.1-base-ubuntu22.04"}
    files = (*BASE.root, file("app/serve.py", b"x"))
    found = found_in((), (files,), annotations=name)
    assert (found.tag, found.confidence, found.layers) == (BASE.tag, MEDIUM, ())
    less = found_in((), (BASE.root,), annotations={next(iter(name)): "nvidia/cuda:12.4.1-devel-ubuntu22.04"})
    assert (less.tag, less.variant, less.confidence) == (None, None, LOW)
    assert detect((), ((file("app/serve.py", b"x"),),), annotations=name) is None


@pytest.mark.parametrize("is_set", [True, False])
def test_pytorch_on_ubuntu(is_set):
    label = {"org.opencontainers.image.base.name": "pytorch/pytorch:2.5.1-cuda12.4-cudnn9-runtime"}
    config = {"Env": ["PYTORCH_VERSION=2.5.1"] if is_set else [], "Labels": label}
    found = found_in((*HISTORIES["pytorch"], *APP), (os_files("ubuntu22.04"),), config=config)
    assert short(found) == (Family.PYTORCH, None, "12.4.1", "ubuntu22.04", 5, HIGH if is_set else LOW)
    assert (found.tag, found.parent) == ("2.5.1-cuda12.4-cudnn9-runtime", None)


def test_pytorch_on_nvidias_devel():
    on_top = ("COPY /opt/conda /opt/conda # buildkit", "0 ENV PYTORCH_VERSION=2.5.1", "WORKDIR /workspace")
    config = with_env(DEVEL, PYTORCH_VERSION="2.5.1")
    found = found_in((*DEVEL.steps, *on_top, *APP), (DEVEL.root,), config=config)
    assert short(found) == (Family.PYTORCH, "devel", "12.4.1", "ubuntu22.04", 13, HIGH)
    assert found.parent is not None
    assert (found.parent.tag, len(found.parent.layers)) == (DEVEL.tag, 11)


NGC_STEPS = (
    "/bin/sh -c #(nop) ADD file:d77dea5c49828eb0 in / ",
    "0 ENV CUDA_VERSION=13.0.2.006 CUDA_DRIVER_VERSION=580.95.05",
    "RUN /bin/sh -c /nvidia/build-scripts/installCUDA.sh # buildkit",
    "0 ENV NVIDIA_PRODUCT_NAME=PyTorch",
    "RUN /bin/sh -c pip install /opt/transfer/torch*.whl # buildkit",
    "0 ENV NVIDIA_BUILD_ID=222161059",
    "0 LABEL com.nvidia.build.id=222161059",
    "0 LABEL com.nvidia.build.ref=fa6a0c2f25093d8e3e34af241bebbdbc3e202daf",
)
NGC_ENV = ["CUDA_VERSION=13.0.2.006", "NVIDIA_PRODUCT_NAME=PyTorch", "NVIDIA_BUILD_ID=222161059", "PYTORCH_VERSION=2.9"]


@pytest.mark.parametrize("is_squashed", [False, True])
def test_an_image_of_nvidias_catalogue(is_squashed):
    config = {"Env": NGC_ENV, "Labels": {"com.nvidia.build.id": "222161059"}}
    found = found_in(() if is_squashed else (*NGC_STEPS, *APP), (os_files("ubuntu24.04"),), config=config)
    layers, confidence = (0, MEDIUM) if is_squashed else (3, HIGH)
    assert short(found) == (Family.NGC, None, "13.0.2", "ubuntu24.04", layers, confidence)


def test_a_product_name_alone_is_no_image_of_nvidias_catalogue():
    config = {"Env": ["NVIDIA_PRODUCT_NAME=PyTorch", "NVIDIA_BUILD_ID=1"]}
    found = found_in((*HISTORIES["ubuntu"], *APP), (os_files("ubuntu24.04"),), config=config)
    assert found.family is DISTRO


@pytest.mark.parametrize("name", ["python slim", "python slim legacy"])
def test_python(name):
    version = next(step.rpartition("=")[2] for step in HISTORIES[name] if "ENV PYTHON_VERSION" in step)
    config = {"Env": [f"PYTHON_VERSION={version}"]}
    found = found_in((*HISTORIES[name], *APP), (os_files("debian12"),), config=config)
    assert short(found) == (Family.PYTHON, None, None, "debian12", 4, HIGH)
    itself = found_in(HISTORIES[name], (os_files("debian12"),), config=config)
    assert (itself.family, len(itself.layers)) == (Family.PYTHON, 4)


@pytest.mark.parametrize(
    ("name", "os", "layers"), [("debian", "debian12", 1), ("alpine", "alpine3.21", 1), ("node", "debian12", 1)]
)
def test_distributions(name, os, layers):
    assert short(found_in((*HISTORIES[name], *APP), (os_files(os),))) == (DISTRO, None, None, os, layers, HIGH)


def test_a_squashed_distribution():
    assert short(found_in((), (os_files("debian12"),))) == (DISTRO, None, None, "debian12", 0, LOW)


def test_distroless():
    release = 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\n'
    steps = (*("bazel build ...",) * 11, "COPY app /app # buildkit")
    found = found_in(steps, ((file("usr/lib/os-release", release.encode()),),))
    assert short(found) == (Family.DISTROLESS, None, None, "debian12", 11, HIGH)


def test_nothing_is_known():
    assert detect((), ()) is None
    assert detect(("COPY app /app # buildkit",), ((file("app/main", b"\x7fELF"),),)) is None


OWN = (
    OwnBase("corp/cuda:12.4-runtime", "runtime", "nvidia/cuda:12.4.1-runtime-ubuntu22.04", layers=diff_ids(3)),
    OwnBase("corp/ml:1", None, "corp/cuda:12.4-runtime", layers=diff_ids(5)),
)
TOOLS = (
    OwnBase("corp/tools:2", "runtime", packages=("corp-agent",)),
    OwnBase("corp/tools:3", "devel", packages=("corp-agent", "corp-tools=3")),
)


def test_an_own_base_by_its_layers():
    found = found_in(APP, (os_files("debian12"),), own_bases=OWN, count=7)
    assert short(found) == (Family.OWN, "runtime", "12.4.1", "debian12", 5, HIGH)
    assert (found.name, found.tag) == ("corp/ml:1", "1")
    assert found_in(APP, (), own_bases=OWN, count=4).name == "corp/cuda:12.4-runtime"


def test_two_own_bases_of_the_same_layers_are_none():
    twins = (OwnBase("corp/a:1", layers=diff_ids(2)), OwnBase("corp/b:1", layers=diff_ids(2)))
    assert detect(APP, (), own_bases=twins, count=4) is None


def test_an_own_base_by_packages():
    packages = file("var/lib/dpkg/status", status({"corp-agent": "1", "corp-tools": "3"}))
    found = found_in((*HISTORIES["debian"], *APP), ((*os_files("debian12"), packages),), own_bases=TOOLS)
    assert short(found) == (Family.OWN, "devel", None, "debian12", 1, MEDIUM)
    assert found.parent is not None
    assert (found.name, found.parent.family) == ("corp/tools:3", DISTRO)


@pytest.mark.parametrize(("installed", "name"), [({"corp-agent": "1", "corp-tools": "2"}, "corp/tools:2"), ({}, None)])
def test_packages_that_an_own_base_does_not_have(installed, name):
    packages = file("var/lib/dpkg/status", status({"libc6": "1", **installed}))
    found = found_in((*HISTORIES["debian"], *APP), ((*os_files("debian12"), packages),), own_bases=TOOLS)
    assert (found.name, found.family) == ((name, Family.OWN) if name else ("debian", DISTRO))


def test_an_own_base_by_its_label():
    label = {"org.opencontainers.image.base.name": "registry.example.org/corp/ml:1"}
    config = {**DEVEL.config, "Labels": label}
    found = found_in((*DEVEL.steps, *APP), (DEVEL.root,), config=config, own_bases=(OwnBase("corp/ml:1"),))
    assert short(found) == (Family.OWN, "devel", "12.4.1", "ubuntu22.04", 11, MEDIUM)
    assert found.parent is not None
    assert found.parent.tag == DEVEL.tag


def test_a_declaration_that_the_image_speaks_against():
    declared = (OwnBase("corp/cuda:1", "runtime", "mirror.example.org/nvidia/cuda:12.4.1-runtime-ubuntu22.04"),)
    label = {"org.opencontainers.image.base.name": "corp/cuda:1"}
    config = {**DEVEL.config, "Labels": label}
    found = found_in((*DEVEL.steps, *APP), (DEVEL.root,), config=config, own_bases=declared)
    assert (found.variant, found.confidence) == ("runtime", LOW)
    assert not found.evidence[1].agrees


def test_an_own_base_inherits_what_its_parents_declare():
    line = (OwnBase("corp/a:1", None, "corp/b:1", layers=diff_ids(2)), OwnBase("corp/b:1", "cudnn-devel", "debian:12"))
    assert found_in(APP, (), own_bases=line, count=4).variant == "cudnn-devel"


def test_own_bases_whose_parents_run_in_a_circle():
    circle = (OwnBase("a:1", None, "b:1", layers=diff_ids(1)), OwnBase("b:1", None, "a:1", layers=diff_ids(9)))
    found = found_in((), (), own_bases=circle, count=2)
    assert (found.name, found.variant, found.cuda) == ("a:1", None, None)


@pytest.mark.parametrize("unit", ["a", "NV_", "=", ".", "9", "12.4.", "\x1b[31m", "cuda-1-", "://", "@:"])
def test_hostile_words_take_linear_time_and_stay_short(unit):
    text = unit * (200_000 // len(unit))
    names = (
        "CUDA_VERSION",
        "NVIDIA_BUILD_ID",
        "NVIDIA_PRODUCT_NAME",
        "PYTHON_VERSION",
        "NV_CUDA_LIB_VERSION",
        "NVARCH",
    )
    labels = ("org.opencontainers.image.base.name", "org.opencontainers.image.version", "com.nvidia.build.id")
    env = [f"{name}={text}" for name in names]
    config = {"Env": [*env, "NV_CUDA_CUDART_VERSION=" + text], "Labels": dict.fromkeys(labels, text)}
    steps = (*BASE.steps, *(f"0 ENV {one}" for one in env), f"RUN {text}", f"COPY {text} /")
    with at_most(60):
        found = found_in(steps, (BASE.root,), config=config)
    assert (found.family, len(found.layers)) == (Family.NGC, 5)
    assert all(len(witness.text) < 400 and witness.text.isprintable() for witness in found.evidence)


def test_thousands_of_steps_and_variables():
    steps = tuple(f"0 ENV NV_X{number}=1" if number % 2 else "RUN apt-get install ${NV_X}" for number in range(9_000))
    config = {"Env": [f"NV_X{number}=1" for number in range(9_000)]}
    with at_most(60):
        assert found_in(steps, (BASE.root,), config=config, count=900).family in (CUDA, DISTRO)
