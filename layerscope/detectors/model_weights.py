"""Model files baked into the image."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="model-weights",
    title="model weights",
    group=Group.MODELS,
    files=(
        "**/*.safetensors",
        "**/*.gguf",
        "**/*.ggml",
        "**/*.onnx",
        "**/*.onnx_data",
        "**/*.onnx.data",
        "**/*.pt",
        "**/*.pt2",
        "**/*.pth",
        "**/*.ckpt",
        "**/*.h5",
        "**/*.keras",
        "**/*.tflite",
        "**/*.mlmodel",
        "**/*.nemo",
        "**/*.caffemodel",
        "**/*.pdparams",
        "**/*.pdiparams",
        "**/pytorch_model*.bin",
        "**/saved_model.pb",
        "**/variables.data-*",
    ),
    packages=("python:*-core-web-*", "python:*_core_web_*", "python:*-core-news-*", "python:*_core_news_*"),
    facts=("model-file",),
    except_files=("**/site-packages/*.pth", "**/dist-packages/*.pth"),
    unless_owned=True,
    order=2,
    why="A model in the image is pulled with every version of the code, though it changes far less often.",
    fix="Fetch it at start from object storage or a hub, or mount a volume that holds it.",
)
