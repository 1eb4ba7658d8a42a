"""What the rule `unpinned-installs` finds and what it leaves alone."""

import pytest

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file


def found(*steps, **more):
    layers = [[file(f"x{number}", b"x")] for number in range(len(steps))]
    return only(findings_of(layers, history=steps, **more), "unpinned-installs")


@pytest.mark.parametrize(
    ("step", "tool", "names"),
    [
        ("RUN pip install torch torchvision==0.20.1", "pip", "torch"),
        (
            "RUN /bin/sh -c python3 -m pip install --no-cache-dir 'transformers>=4.40' # buildkit",
            "pip",
            "transformers>=4.40",
        ),
        ("/bin/sh -c uv pip install --system vllm[flashinfer]", "pip", "vllm[flashinfer]"),
        ("RUN pip install -i https://example.org/simple torch", "pip", "torch"),
        ("RUN apt-get update && apt-get install -y git=1:2.39.5 vim && rm -rf x", "apt", "vim"),
        ("RUN conda install -y -c pytorch faiss-gpu numpy=1.26", "conda", "faiss-gpu"),
    ],
)
def test_finds(step, tool, names):
    [finding] = found(step)
    assert (finding.subject, finding.evidence) == (tool, (f"{tool} installs without a version: {names}",))
    assert finding.confidence == (Confidence.LOW if tool == "apt" else Confidence.MEDIUM)


@pytest.mark.parametrize(
    "step",
    [
        "RUN pip install torch==2.5.1 torchvision===0.20.1",
        "RUN pip install -r requirements.txt",
        "RUN pip install --upgrade pip setuptools wheel",
        "RUN pip install -e . ./lib /src/app .[dev]",
        "RUN pip install --no-index --find-links=/wheels torch",
        "RUN pip install -c constraints.txt torch",
        "RUN pip install git+https://github.com/a/b@v1 https://example.org/x-1.0-py3-none-any.whl",
        "RUN pip install /wheels/* x.whl $PACKAGES ${PACKAGE}",
        "RUN pip download torch",
        "RUN pip uninstall torch",
        "RUN apt-get install -y git=1:2.39.5 ./local.deb ${NV_CUDNN_PACKAGE}",
        "RUN apt-get update && apt-get upgrade -y",
        "RUN conda install -y numpy=1.26 python==3.11",
        "RUN conda env create -f environment.yml",
        "RUN echo pip install torch",
        "COPY install /app",
    ],
)
def test_leaves_alone(step):
    assert not found(step)


def test_one_finding_for_a_tool():
    [finding] = found("RUN pip install torch", "RUN make", "RUN pip install pandas torch")
    assert (finding.layers, finding.evidence) == ((0, 2), ("pip installs without a version: torch, pandas",))


def test_leaves_the_base_alone():
    assert not found("RUN pip install torch", "RUN make", base_count=1)
