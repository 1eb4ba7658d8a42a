"""Frameworks without GPU support instead of those with it, where nothing says that a GPU is used."""

import re

import numpy as np

from layerscope.base_image.detected import DetectedBase
from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.layers.columns import Integers, union

CPU_WHEELS = "cpu-wheels"
_OF_TORCH = re.compile(rb"(?:.*/)?torch/lib/lib(?:torch_cuda|c10_cuda|caffe2_nvrtc|torch_nvshmem|cu|nv)[^/]*\.so[^/]*")
_BASES = frozenset({"nvidia-cuda", "pytorch", "ngc"})
_VARIABLES = ("NVIDIA_VISIBLE_DEVICES=", "NVIDIA_DRIVER_CAPABILITIES=", "NVIDIA_REQUIRE_CUDA=", "CUDA_")
# What nobody installs for a processor alone.
_FOR_GPUS = (
    *("vllm", "bitsandbytes", "flash-attn", "xformers", "deepspeed", "onnxruntime-gpu", "tensorrt", "pycuda"),
    *("cupy-cuda11x", "cupy-cuda12x", "cupy-cuda13x", "numba-cuda", "jax-cuda12-plugin", "jax-cuda13-plugin", "apex"),
    *(
        "flashinfer-python",
        "faiss-gpu",
        "faiss-gpu-cu11",
        "faiss-gpu-cu12",
        "transformer-engine",
        "sglang",
        "nvidia-dali",
    ),
)


def rows_for_gpus(case: Case, base: DetectedBase | None) -> Integers:
    """What torch has only for GPUs: CUDA's wheels, Triton and its own libraries; none where a GPU may be wanted.

    That is what the image shows of it: an application has to be there, and to say nothing of GPUs.
    """
    none, workload = np.empty(0, dtype=np.int64), case.system.workload
    if base is not None and (base.family.value in _BASES or base.cuda):
        return none
    if any(item.startswith(_VARIABLES) for item in case.image.config.env) or workload.installed.any_of(_FOR_GPUS):
        return none
    if not workload.sources.count or workload.sources.words or not workload.installed.get("torch"):
        return none
    categories = [item.id for item in case.classification.detectors if item.group is Group.CUDA_WHEELS]
    of_wheels = union(case.rows_of_categories(*categories), case.rows_of_packages("python:triton"))
    of_torch = case.rows_where(
        case.rows_of_packages("python:torch"), lambda path: _OF_TORCH.fullmatch(path) is not None
    )
    return union(of_wheels, of_torch) if len(of_torch) else none
