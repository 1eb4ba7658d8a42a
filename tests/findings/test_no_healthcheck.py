"""What the rule `no-healthcheck` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

LAYERS = [[file("app/x", b"x")]]


def found(config, steps=("RUN make",)):
    return only(findings_of(LAYERS, config=config, history=steps), "no-healthcheck")


@pytest.mark.parametrize(
    "command",
    [
        ["uvicorn", "app.main:app", "--host", "0.0.0.0"],
        ["/opt/venv/bin/gunicorn", "app:app"],
        ["python3", "/app/serve.py"],
        ["python", "-m", "src.server"],
        ["python", "-m", "vllm.entrypoints.openai.api_server"],
        ["vllm", "serve", "m"],
        ["sh", "-c", "flask run --port 80"],
        ["tritonserver", "--model-repository=/models"],
    ],
)
def test_finds_a_server(command):
    assert len(found({"Cmd": command})) == 1
    assert len(found({"Entrypoint": command})) == 1


@pytest.mark.parametrize("step", ["/bin/sh -c #(nop)  EXPOSE 8080", "EXPOSE map[8080/tcp:{}]"])
def test_finds_an_open_port(step):
    [finding] = found({"Cmd": ["python3", "x.py"]}, ((step,), "RUN make"))
    assert "8080" in finding.evidence[0]


@pytest.mark.parametrize(
    "command", [["python3", "train.py"], ["bash"], ["python3", "observer.py"], ["server_config"], []]
)
def test_leaves_others_alone(command):
    assert not found({"Cmd": command})


def test_leaves_a_checked_or_declined_one_alone():
    server = {"Cmd": ["gunicorn", "app:app"]}
    assert not found(server | {"Healthcheck": {"Test": ["CMD", "true"]}})
    assert not found(server | {"Healthcheck": {"Test": ["NONE"]}}, ("RUN make", ('HEALTHCHECK &{["NONE"]}',)))
