"""Models that are part of the image."""

from collections import Counter
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.models import Model, find_models
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.probes.model_file import MODEL_FILE
from layerscope.units import safe_text

_SHOWN = 4


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each distinct model."""
    is_owned = case.is_owned
    facts = {row: fact for row, fact in case.facts(MODEL_FILE) if not is_owned[row]}
    rows = case.rows_of_categories("model-weights", "model-cache")
    for model in find_models(case, rows[~is_owned[rows]], facts):
        yield Claim(
            subject=model.name,
            rows=model.rows,
            evidence=(*_tell(model), *list_files(case, model.rows)),
            confidence=None if model.files else Confidence.MEDIUM,
        )


def _tell(model: Model) -> Iterator[str]:
    """What the headers of the model's files say."""
    if model.files:
        yield "format: " + ", ".join(sorted({file.format for file in model.files}))
    architectures = sorted({file.architecture for file in model.files if file.architecture})
    if architectures:
        yield "architecture: " + ", ".join(map(safe_text, architectures[:_SHOWN]))
    counts = [file.parameters for file in model.files if file.parameters is not None]
    if counts:
        yield f"parameters: {sum(counts):,}"
    dtypes = Counter[str]()
    for file in model.files:
        dtypes.update(dict(file.dtypes))
    if dtypes:
        yield "types: " + ", ".join(safe_text(name) for name, _ in dtypes.most_common(_SHOWN))


RULE = Rule(
    id="baked-in-model",
    title="a model is baked into the image",
    find=_find,
    why="The model is pushed, pulled and stored with every version of the code, though it changes far less often.",
    fix="Fetch the model at start with an init script, mount a volume, or use a persistent volume in Kubernetes.",
    dockerfile=(
        "# init.sh, which fetches the model once into a volume:",
        '#   [ -d "$MODEL_DIR" ] || aws s3 sync s3://my-models/model/ "$MODEL_DIR"',
        '#   exec "$@"',
        "ENV MODEL_DIR=/models/model HF_HOME=/models/huggingface",
        "VOLUME /models",
        "COPY --chmod=755 init.sh /init.sh",
        'ENTRYPOINT ["/init.sh"]',
    ),
    least_bytes=1_000_000,
    order=21,
)
