"""Which steps count as the image's own, and that images which are nothing but a base are left in peace."""

import pytest

from layerscope.base_image.identify import identify_base
from layerscope.classify import classify
from layerscope.findings.case import Case
from layerscope.findings.find import find_all
from layerscope.findings.own_steps import own_steps, quote, runs_a_program
from layerscope.index.owners import assign_owners
from layerscope.needs.find import read_needs
from tests.base_image.histories import histories
from tests.base_image.test_identify import image
from tests.images import file
from tests.indexing import index_of

APP = ("0 ENV A=b", "RUN /bin/sh -c make # buildkit", "0 EXPOSE map[80/tcp:{}]")


def case_of(steps, config):
    made = image(steps, config=config)
    index = index_of([[file(f"x{number}", bytes([number]))] for number in range(len(made.layers))])
    owners = assign_owners(index, [])
    classification = classify(index, owners)
    system = read_needs(made, index, owners, classification)
    return Case(made, index, owners, classification, identify_base(made), system)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("debian", {"Cmd": ["bash"]}),
        ("python slim", {"Cmd": ["python3"]}),
        ("python slim legacy", {"Cmd": ["python3"]}),
        ("node", {"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["node"]}),
        ("cuda devel", {"Entrypoint": ["/opt/nvidia/nvidia_entrypoint.sh"], "Env": ["NV_CUDA_CUDART_DEV_VERSION=1"]}),
        ("imported devel", {"Env": ["NV_CUDA_CUDART_DEV_VERSION=1"]}),
    ],
)
def test_a_base_itself_has_no_findings(name, config):
    case = case_of(histories()[name], config)
    assert own_steps(case) == ()
    assert find_all(case) == ()


@pytest.mark.parametrize(
    "name", ["debian", "debian legacy", "python slim", "node", "cuda base", "cuda devel", "imported base"]
)
def test_own_steps_begin_behind_the_base(name):
    case = case_of((*histories()[name], *APP), {})
    assert [step.keyword for step in own_steps(case)] == ["ENV", "RUN", "EXPOSE"]


def test_an_imported_application_is_no_base():
    case = case_of(("Imported from -",), {"Cmd": ["python3", "/app/serve.py"]})
    assert [finding.rule.id for finding in find_all(case)] == ["no-healthcheck", "root-user"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["/bin/bash"], False),
        (["python3.11"], False),
        (["tini", "--"], False),
        ([], False),
        (["python3", "serve.py"], True),
        (["sh", "-c", "serve"], True),
    ],
)
def test_runs_a_program(command, expected):
    assert runs_a_program(case_of(("RUN a",), {"Cmd": command})) is expected


def test_quotes_are_safe_and_short():
    [step] = own_steps(case_of(("RUN echo \u202e" + "x" * 10_000,), {}))
    assert quote(step).startswith("Layer 0: RUN echo \\u202exx")
    assert len(quote(step)) < 250
