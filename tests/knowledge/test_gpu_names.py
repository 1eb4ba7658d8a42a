"""Names of GPUs for architectures."""

import pytest

from layerscope.knowledge.gpu_names import gpus_of


@pytest.mark.parametrize(
    ("architecture", "gpu"), [("sm_80", "A100"), ("sm_90a", "H100"), ("sm_100f", "B200"), ("sm_75", "T4")]
)
def test_a_gpu_that_people_know(architecture: str, gpu: str) -> None:
    assert gpu in (gpus_of(architecture) or "")


@pytest.mark.parametrize("architecture", ["sm_99", "other", "sm_", "sm_9000", "compute_90"])
def test_nothing_is_made_up(architecture: str) -> None:
    assert gpus_of(architecture) is None
