"""conda's package cache in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="conda-pkgs",
    title="conda's package cache is in the image",
    categories=("conda-pkgs",),
    why="conda keeps each package packed and unpacked; what an environment links to is not there twice.",
    fix="Clean up in the instruction that installs, or copy only the environment into the final stage.",
    dockerfile=(
        "RUN conda env create -f environment.yml && conda clean --all --force-pkgs-dirs --yes",
        "# or, with BuildKit:",
        "RUN --mount=type=cache,target=/opt/conda/pkgs \\",
        "    conda env create -f environment.yml",
    ),
    least_bytes=1_000,
    order=10,
)
