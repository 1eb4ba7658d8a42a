"""conda's cache of downloaded and unpacked packages."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="conda-pkgs",
    title="conda package cache",
    group=Group.CACHES,
    directories=(
        "**/conda/pkgs",
        "**/.conda/pkgs",
        "**/miniconda*/pkgs",
        "**/anaconda*/pkgs",
        "**/miniforge*/pkgs",
        "**/mambaforge*/pkgs",
        "**/micromamba/pkgs",
        "**/.mamba/pkgs",
        "**/.cache/conda",
        "**/.cache/rattler",
    ),
    why="conda keeps every package as an archive and unpacked; the environment holds links or copies.",
    fix="End the same RUN with `conda clean --all --yes` (`mamba` alike), or mount the folder as a cache.",
)
