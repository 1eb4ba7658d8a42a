"""Which GPUs have which compute capability: the ones that people run models on.

Source: NVIDIA, "CUDA GPU Compute Capability".
"""

import re

_NAMES = {
    50: "Maxwell: GTX 750, Quadro M2000M",
    52: "Maxwell: Tesla M40, M60, GTX 980",
    53: "Jetson Nano, TX1",
    60: "Pascal: Tesla P100",
    61: "Pascal: Tesla P4, P40, GTX 1080",
    62: "Jetson TX2",
    70: "Volta: V100",
    72: "Jetson Xavier",
    75: "Turing: T4, RTX 2080",
    80: "Ampere: A100, A30",
    86: "Ampere: A10, A40, RTX 3090",
    87: "Jetson Orin",
    89: "Ada: L4, L40, RTX 4090",
    90: "Hopper: H100, H200, GH200",
    100: "Blackwell: B200, GB200",
    103: "Blackwell: B300, GB300",
    110: "Jetson Thor",
    120: "Blackwell: RTX 5090, RTX PRO 6000",
    121: "Blackwell: DGX Spark",
}
_ARCHITECTURE = re.compile(r"sm_(\d{2,3})[a-z]?", re.ASCII)


def gpus_of(architecture: str) -> str | None:
    """Examples of the GPUs that an architecture as `sm_90a` names; None where none is known."""
    match = _ARCHITECTURE.fullmatch(architecture)
    return _NAMES.get(int(match[1])) if match else None
