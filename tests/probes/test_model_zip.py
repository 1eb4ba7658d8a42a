"""Models in zip archives, written by zipfile and numpy in the layouts of their frameworks.

PyTorch's writer (caffe2/serialize/inline_container.cc) stores all members below one folder: `torch.save` begins with
`data.pkl`, TorchScript begins with the tensors and ends with `code/` and `constants.pkl`.
"""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
import pytest

from layerscope.probes.model_fact import ModelFile
from tests.probes.model_views import PROBE, model_of


def archive(*names: str, content: bytes = b"x" * 100, method: int = ZIP_STORED, comment: bytes = b"") -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", method) as file:
        for name in names:
            file.writestr(name, content)
        file.comment = comment
    return buffer.getvalue()


def zip64(content: bytes) -> bytes:
    """The same archive with the two records of zip64 before its end, as PyTorch's writer has them."""
    end = content.rindex(b"PK\x05\x06")
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(44)
    return content[:end] + record + b"PK\x06\x07" + bytes(16) + content[end:]


TENSORS = [f"archive/data/{number}" for number in range(1_100)]
SCRIPT = ["net/data.pkl", "net/code/__torch__.py", "net/constants.pkl", "net/version"]
EXPORTED = ["m/archive_format", "m/models/model.json", "m/data/weights/weight_0", "m/version"]
EXPORTED_BEFORE_2_8 = ["serialized_exported_program.json", "serialized_state_dict.pt", "version"]
KERAS = ["metadata.json", "config.json", "model.weights.h5"]


@pytest.mark.parametrize(
    ("path", "names", "expected"),
    [
        ("m.pt", ["archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version"], "torch"),
        ("pytorch_model.bin", ["pytorch_model/data.pkl", *TENSORS], "torch"),
        ("root/.cache/torch/hub/checkpoints/resnet50-11ad3fa6.pth", ["resnet/data.pkl", *TENSORS[:1]], "torch"),
        ("net.jit", ["net/data/0", *SCRIPT], "torchscript"),
        ("net.pt", [*TENSORS, *SCRIPT], "torchscript"),
        ("m.pt2", EXPORTED, "torch-export"),
        ("m.pt2", EXPORTED_BEFORE_2_8, "torch-export"),
        ("m.keras", KERAS, "keras"),
        ("m.mar", ["model.pt", "MAR-INF/MANIFEST.json"], "torchserve"),
    ],
)
def test_told_by_their_members(path: str, names: list[str], expected: str) -> None:
    whole = archive(*names)
    assert model_of(path, whole) == ModelFile(expected)
    assert model_of(path, zip64(whole)) == ModelFile(expected)
    packed = archive(*names, content=bytes(range(256)) * 500, method=ZIP_DEFLATED, comment=b"c" * 99)
    assert model_of(path, packed) == ModelFile(expected)


def test_a_directory_longer_than_the_tail() -> None:
    content = archive(*TENSORS, *SCRIPT)
    assert len(content) - content.index(b"PK\x01\x02") > PROBE.tail_bytes
    for shift in range(0, 60, 7):
        assert model_of("net.pt", archive(*TENSORS, "x" * (shift + 1), *SCRIPT)) == ModelFile("torchscript")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_of_numpy_are_data(save) -> None:
    buffer = BytesIO()
    save(buffer, first=np.arange(9), second=np.zeros((300, 300)))
    assert model_of("data/train.npz", buffer.getvalue()) == ModelFile("npz", is_weights=False)


def test_other_archives_are_none() -> None:
    for names in (["pkg/__init__.py"], ["a.txt", "data.pkl"], ["config.json"], ["x.npy", "y.txt"]):
        for path in ("m.bin", "m.pt", "m.keras", "m.npz"):
            assert model_of(path, archive(*names)) is None


def test_a_cut_archive() -> None:
    content = archive("archive/data.pkl", "archive/version")
    for end in range(4, len(content) - 1):
        with pytest.raises(ValueError, match="no end"):
            model_of("m.pt", content[:end])
