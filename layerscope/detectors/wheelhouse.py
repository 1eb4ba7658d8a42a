"""Python packages as files, already installed or never."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="wheelhouse",
    title="wheels and source distributions",
    group=Group.INSTALLERS,
    files=(
        "**/*.whl",
        "**/wheels/*.tar.gz",
        "**/wheels/*.zip",
        "**/wheelhouse/*.tar.gz",
        "**/wheelhouse/*.zip",
        "**/sdist/*.tar.gz",
        "**/dist/*.tar.gz",
    ),
    except_files=("**/ensurepip/_bundled/*.whl",),
    unless_owned=True,
    why="Wheels were copied in to be installed; a later `rm` hides them and frees nothing.",
    fix="Mount them while installing: `RUN --mount=type=bind,from=build,source=/wheels,target=/wheels pip ...`.",
)
