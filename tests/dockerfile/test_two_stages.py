"""Splitting a Dockerfile that compiles: what the last stage gets, and when nobody can say."""

import pytest

from layerscope.dockerfile.parse import parse_dockerfile
from layerscope.dockerfile.patches.base import BaseSwitch
from layerscope.dockerfile.patches.site import Refusal
from layerscope.dockerfile.two_stages import TwoStages, split_in_two

DEVEL = """\
# trains
ARG CUDA=12.4.1
FROM nvidia/cuda:${CUDA}-devel-ubuntu22.04
ENV PATH=/opt/venv/bin:$PATH
LABEL team=ml
RUN apt-get update && apt-get install -y --no-install-recommends \\
      build-essential python3.10-venv libsndfile1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN python3 -m venv /opt/venv && pip install -r https://x/requirements.txt
COPY src/ /app/src/
USER 1000
RUN nvcc -o /app/kernel /app/src/kernel.cu
# how it runs
EXPOSE 80
CMD ["python", "src/main.py"]
"""
SPLIT = """\
# trains
ARG CUDA=12.4.1
FROM nvidia/cuda:${CUDA}-devel-ubuntu22.04 AS build
ENV PATH=/opt/venv/bin:$PATH
LABEL team=ml
RUN apt-get update && apt-get install -y --no-install-recommends \\
      build-essential python3.10-venv libsndfile1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN python3 -m venv /opt/venv && pip install -r https://x/requirements.txt
COPY src/ /app/src/
USER 1000
RUN nvcc -o /app/kernel /app/src/kernel.cu

FROM run:1
RUN apt-get update \\
    && apt-get install -y --no-install-recommends python3-minimal python3.10-venv libsndfile1 \\
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
LABEL team=ml
USER 1000
# how it runs
EXPOSE 80
CMD ["python", "src/main.py"]
"""


def split(text: str, folders: tuple[str, ...] = ("/opt/venv", "/app")) -> TwoStages | Refusal:
    return split_in_two(parse_dockerfile(text), BaseSwitch("run:1", ("python3-minimal",)), folders)


def test_all_that_makes_files_stays_and_the_rest_is_the_last_stage() -> None:
    result = split(DEVEL)
    assert isinstance(result, TwoStages)
    assert result.text == SPLIT
    assert result.packages == ("python3-minimal", "python3.10-venv", "libsndfile1")
    assert "+COPY --from=build /app /app\n" in result.diff
    assert [line for line in result.diff.splitlines() if line.startswith("-")] == [
        "--- a/Dockerfile",
        "-FROM nvidia/cuda:${CUDA}-devel-ubuntu22.04",
    ]


def test_a_stage_that_has_a_name_and_a_file_without_an_end() -> None:
    result = split("FROM a AS mine\r\nRUN make", ("/out",))
    assert isinstance(result, TwoStages)
    assert result.text.startswith("FROM a AS mine\r\nRUN make\r\n\r\nFROM run:1\r\n")
    assert result.text.endswith("COPY --from=mine /out /out")


@pytest.mark.parametrize(
    ("text", "folders", "reason"),
    [
        ("FROM a\nRUN make\nFROM b\n", ("/x",), "the Dockerfile has several stages already"),
        ("FROM a\nCMD x\n", ("/x",), "the Dockerfile makes no files"),
        ("FROM a\nRUN make\n", (), "no folders are known to hold the result"),
        ("FROM a\nRUN make\n", ("x y",), "no folders are known to hold the result"),
        ("FROM a\nCOPY d /data\n", ("/app",), "what line 2 copies is not in the folders that are known"),
        ("FROM a\nRUN ./install.sh\n", ("/app",), "it is not certain where line 2 leaves its results"),
        ("FROM a\nRUN <<E\nmake\nE\n", ("/app",), "it is not certain where line 2 leaves its results"),
        ("FROM a\nRUN make\nUSER me\n", ("/app",), "the user on line 3 would not be there in the last stage"),
        ("FROM a\nRUN make\nONBUILD RUN x\n", ("/app",), "ONBUILD would be of the wrong stage"),
    ],
)
def test_refusals(text: str, folders: tuple[str, ...], reason: str) -> None:
    assert split(text, folders) == Refusal(reason)
