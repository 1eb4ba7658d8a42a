"""Models that a library downloaded on first use."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="model-cache",
    title="model caches",
    group=Group.MODELS,
    directories=(
        "**/.cache/huggingface",
        "**/models--*",
        "**/.cache/torch/hub",
        "**/.cache/torch/sentence_transformers",
        "**/hub/checkpoints",
        "**/.cache/modelscope",
        "**/.cache/whisper",
        "**/.cache/clip",
        "**/.cache/suno",
        "**/.cache/fastembed",
        "**/fastembed_cache",
        "**/.cache/spacy",
        "**/nltk_data",
        "**/.keras",
        "**/tfhub_modules",
        "**/.EasyOCR",
        "**/.insightface",
        "**/.u2net",
        "**/.deepface",
        "**/.paddleocr",
        "**/.paddlex",
        "**/.flair",
        "**/stanza_resources",
        "**/gensim-data",
        "**/.ollama/models",
    ),
    order=1,
    why="A library fetched models while the image was built; they are pulled with every version of the code.",
    fix="Point the cache (HF_HOME, TORCH_HOME, NLTK_DATA ...) at a volume and fill it once for each machine.",
)
