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
        "**/*.pt",
        "**/*.pth",
        "**/*.ckpt",
        "**/*.h5",
        "**/*.keras",
        "**/*.tflite",
        "**/*.mlmodel",
        "**/*.pdparams",
        "**/pytorch_model*.bin",
    ),
    except_files=("**/site-packages/*.pth", "**/dist-packages/*.pth"),
    unless_owned=True,
    why="A model in the image is pulled with every version of the code, though it changes far less often.",
    fix="Fetch it at start from object storage or a hub, or mount a volume that holds it.",
)
