"""Bases that are not NVIDIA's plain CUDA images: frameworks' images, Python's, distroless ones and distributions."""

import re
from collections.abc import Iterator

from layerscope.base_image.clues import Clues
from layerscope.base_image.detected import Confidence, DetectedBase, Family, Witness
from layerscope.base_image.environment import exact_version, release_of
from layerscope.base_image.nvidia_cuda import detect_cuda_image
from layerscope.units import safe_text

_BUILD_ARGUMENT = re.compile(r"\bCUDA_VERSION=(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)(?= )", re.ASCII)
_NGC_STEP = re.compile(r"NVIDIA_BUILD_ID=|com\.nvidia\.build\.(?:id|ref)=")
_PYTHON_BUILD = re.compile(r"python\.org/ftp/python|make install")
_SHOWN_CHARACTERS = 120


def detect_ngc(clues: Clues) -> DetectedBase | None:
    """An image of NVIDIA's catalogue: their builds number themselves in the environment and in labels."""
    env, label = clues.env, clues.image.config.labels.get("com.nvidia.build.id")
    if not env.get("NVIDIA_BUILD_ID") or not env.get("NVIDIA_PRODUCT_NAME"):
        return None
    numbers = [number for number, step in enumerate(clues.steps, 1) if _NGC_STEP.search(step.text)]
    is_labelled = label == env["NVIDIA_BUILD_ID"]
    if not numbers and not is_labelled:
        return None
    shown = safe_text(env["NVIDIA_PRODUCT_NAME"])[:_SHOWN_CHARACTERS]
    witnesses = [Witness("environment", f"NVIDIA_PRODUCT_NAME is {shown}, with a NVIDIA_BUILD_ID")]
    if label is not None:
        witnesses.append(Witness("labels", "Label com.nvidia.build.id is that of the environment", is_labelled))
    if numbers:
        witnesses.append(Witness("history", "The history numbers NVIDIA's build"))
    cuda = exact_version(env.get("CUDA_VERSION", ""))
    release = release_of(cuda or "")
    layers = clues.layers_to(numbers[-1]) if numbers else ()
    is_sure = bool(numbers) and is_labelled and bool(cuda)
    variant = clues.cuda.variant(release) if release else None
    return _found(clues, Family.NGC, "nvcr.io/nvidia", layers, witnesses, is_sure=is_sure, cuda=cuda, variant=variant)


def detect_pytorch(clues: Clues) -> DetectedBase | None:
    """PyTorch's own image, on a distribution or on nvidia/cuda."""
    if not clues.ends.pytorch:
        return None
    witnesses = [Witness("history", "PyTorch's image ends with ENV PYTORCH_VERSION and WORKDIR /workspace")]
    is_set = bool(clues.env.get("PYTORCH_VERSION"))
    witnesses.append(Witness("environment", f"PYTORCH_VERSION is {'there' if is_set else 'missing'}", is_set))
    steps = clues.steps[: clues.ends.pytorch]
    built_with = [match[1] for step in steps if (match := _BUILD_ARGUMENT.search(step.history.created_by))]
    parent = detect_cuda_image(clues) if clues.chain_end <= clues.ends.pytorch else None
    return _found(
        clues,
        Family.PYTORCH,
        "pytorch/pytorch",
        clues.layers_to(clues.ends.pytorch),
        witnesses,
        is_sure=is_set,
        cuda=parent.cuda if parent else next(iter(built_with), None),
        variant=parent.variant if parent else None,
        parent=parent,
    )


def detect_python(clues: Clues) -> DetectedBase | None:
    """Docker's official image of Python: it sets its version and builds it."""
    layers = _base_layers(clues)
    steps = [step for step in clues.steps if step.below + (step.layer is not None) <= len(layers)]
    is_set = any(step.keyword == "ENV" and step.rest.startswith("PYTHON_VERSION=") for step in steps)
    is_built = any(step.keyword == "RUN" and _PYTHON_BUILD.search(step.rest) for step in steps)
    if not (is_set and is_built):
        return None
    is_same = any(f"PYTHON_VERSION={clues.env.get('PYTHON_VERSION')}" in step.rest for step in steps)
    witnesses = [
        Witness("history", "ENV PYTHON_VERSION, and Python is built"),
        Witness("environment", "PYTHON_VERSION is that of the history", is_same),
    ]
    return _found(clues, Family.PYTHON, "python", layers, witnesses, is_sure=is_same)


def detect_distroless(clues: Clues) -> DetectedBase | None:
    """Google's distroless images, which call themselves so."""
    if clues.os is None or not clues.os.is_distroless:
        return None
    layers = _base_layers(clues)
    return _found(clues, Family.DISTROLESS, "distroless", layers, [], is_sure=bool(layers))


def detect_distro(clues: Clues) -> DetectedBase | None:
    """A plain distribution: os-release names it, and the history says where its root file system ends."""
    if clues.os is None:
        return None
    layers = clues.layers_to(clues.ends.root) if clues.ends.root else ()
    witnesses = [Witness("history", "A root file system is the first layer")] if layers else []
    if layers and clues.ends.base_layers > len(layers):
        text = f"The lowest {clues.ends.base_layers} layers are an image that was built on it"
        witnesses.append(Witness("history", text))
    name = re.sub(r"[\d.]+$", "", clues.os.name)
    return _found(clues, Family.DISTRO, name, layers, witnesses, is_sure=bool(layers))


def _found(
    clues: Clues,
    family: Family,
    name: str,
    layers: tuple[int, ...],
    witnesses: list[Witness],
    *,
    is_sure: bool,
    cuda: str | None = None,
    variant: str | None = None,
    parent: DetectedBase | None = None,
) -> DetectedBase:
    """Put together what was found, with what every family has: labels, os-release, and what speaks against it."""
    tag = None
    evidence = list(witnesses)
    if clues.declared and clues.declared.family:
        is_same = clues.declared.family is family
        tag = clues.declared.tag if is_same else None
        evidence.append(Witness("labels", clues.declared.witness.text, is_same))
    if clues.os:
        evidence.append(clues.os.witness)
    if parent is None and family is not Family.NGC:
        evidence += _stray_cuda(clues)
    confidence = Confidence.HIGH if is_sure else Confidence.MEDIUM if witnesses else Confidence.LOW
    if any(not witness.agrees for witness in evidence):
        confidence = confidence.lowered()
    return DetectedBase(
        family,
        name,
        variant,
        cuda,
        clues.os_name,
        clues.architecture,
        tag,
        layers,
        confidence,
        tuple(evidence),
        parent,
    )


def _stray_cuda(clues: Clues) -> Iterator[Witness]:
    """Signs of CUDA that prove no image of NVIDIA's."""
    if clues.environment:
        text = "Variables of NVIDIA's CUDA image are set, and neither the history nor the system bears them out"
        yield Witness("environment", text, False)
    elif "CUDA_VERSION" in clues.env:
        yield Witness("environment", "CUDA_VERSION is set, which alone does not prove NVIDIA's image")
    for release in clues.cuda.releases:
        text = f"CUDA {clues.cuda.version(release)} with what {clues.cuda.variant(release)} has lies in the system"
        yield Witness("files" if release in clues.cuda.files.parts else "packages", text)


def _base_layers(clues: Clues) -> tuple[int, ...]:
    """The layers of the highest base by the history; all of them, where the image is a base itself."""
    return tuple(range(clues.ends.base_layers))
