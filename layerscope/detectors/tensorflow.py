"""TensorFlow and Keras."""

from layerscope.detectors.cuda_components import SITE_FOLDERS
from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below, owned

DETECTOR = Detector(
    id="tensorflow",
    title="TensorFlow",
    group=Group.PYTHON,
    directories=below(SITE_FOLDERS, ["tensorflow", "keras"]),
    packages=(
        *owned(
            ["python"],
            [
                "tensorflow",
                "tensorflow-*",
                "tensorflow_*",
                "tf-nightly*",
                "tf_keras",
                "tf-keras",
                "keras",
                "Keras",
                "tflite-runtime",
                "ai-edge-litert",
            ],
        ),
        *owned(["conda"], ["tensorflow*", "keras"]),
    ),
    unless_owned=True,
    order=1,
    why="One library of 1 to 1.5 GB; the GPU variant needs CUDA beside it.",
    fix="Install `tensorflow-cpu` without GPUs, or `tflite-runtime` where models are only run.",
)
