"""Training and test data."""

from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import below

# Pictures lie in a `data` folder of many a library, too.
_FOLDERS = ("**/dataset/**", "**/datasets/**")
_TABLES = (
    "*.csv",
    "*.csv.gz",
    "*.tsv",
    "*.jsonl",
    "*.jsonl.gz",
    "*.jsonl.zst",
    "*.json.gz",
    "*.npy",
    "*.npz",
    "*.tar",
    "*.tar.gz",
    "*.zip",
)
_MEDIA = (
    "*.jpg",
    "*.jpeg",
    "*.png",
    "*.wav",
    "*.flac",
    "*.mp3",
    "*.mp4",
)

DETECTOR = Detector(
    id="dataset",
    title="data sets",
    group=Group.MODELS,
    directories=("**/.cache/huggingface/datasets", "**/datasets--*--*", "**/.keras/datasets", "**/scikit_learn_data"),
    files=(
        "**/*.parquet",
        "**/*.arrow",
        "**/*.feather",
        "**/*.tfrecord",
        "**/*.tfrecords",
        *below(["**/data/**", *_FOLDERS], _TABLES),
        *below(_FOLDERS, _MEDIA),
    ),
    unless_owned=True,
    why="Data for training or testing lies in the image; every pull moves it.",
    fix="Mount it or fetch it when the job starts; keep it out of the build with .dockerignore.",
)
