"""BuildKit's provenance: the Dockerfile in it, and the lines of steps."""

import json
from typing import Any

import pytest

from layerscope.errors import MalformedImage
from layerscope.oci.provenance import Provenance, SourceStep, parse_provenance
from tests.oci.provenances import V02, V1, predicate

DIGESTS = [f"sha256:{number:064x}" for number in range(3)]
DOCKERFILE = b"FROM a\nRUN b \\\n  c\nCOPY d /e\n"
STATEMENT = {"predicateType": V02, "predicate": predicate(DOCKERFILE, DIGESTS, {1: (2, 3), 2: (4, 4)})}


def parse(document: Any) -> Provenance | None:
    return parse_provenance(json.dumps(document).encode(), "the statement")


@pytest.mark.parametrize("kind", [V02, V1])
def test_both_versions(kind: str) -> None:
    found = parse(
        {"predicateType": kind, "predicate": predicate(DOCKERFILE, DIGESTS, {1: (2, 3), 2: (4, 4)}, kind=kind)}
    )
    assert found is not None
    assert (found.dockerfile, found.filename, found.problem) == (DOCKERFILE, "docker/Dockerfile", None)
    assert [([str(digest) for digest in step.layers], step.first_line, step.last_line) for step in found.steps] == [
        (DIGESTS[:2], 2, 3),
        (DIGESTS, 4, 4),
    ]


def test_what_names_no_dockerfile() -> None:
    minimal = {"buildType": "https://mobyproject.org/buildkit@v1", "metadata": {"reproducible": False}}
    assert parse({"predicateType": V02, "predicate": minimal}) is None
    assert parse({"predicateType": V02, "predicate": {}}) is None
    assert parse({"predicateType": "https://spdx.dev/Document", "predicate": STATEMENT["predicate"]}) is None
    assert parse({}) is None


def test_a_step_at_several_places_has_no_lines() -> None:
    statement = json.loads(json.dumps(STATEMENT))
    locations = buildkit(statement)["source"]["locations"]
    locations["step1"]["locations"] *= 2
    locations["step2"]["locations"][0]["sourceIndex"] = 1
    assert steps(statement) == ()


def test_steps_without_places_or_layers() -> None:
    statement = json.loads(json.dumps(STATEMENT))
    locations = buildkit(statement)["source"]["locations"]
    locations["step1"] = {}
    locations["step2"]["locations"][0]["ranges"] = [{"start": {}, "end": {}}]
    assert steps(statement) == ()
    del buildkit(statement)["layers"]
    assert steps(statement) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("source", "infos", 0, "data"), "%"),
        (("source", "infos"), 1),
        (("source", "locations"), []),
        (("source", "locations", "step1"), "x"),
        (("layers", "step1:0"), {}),
        (("layers", "step1:0", 0), "x"),
        (("layers", "step1:0", 0, 0, "digest"), "x"),
    ],
)
def test_damage_is_malformed(path: tuple[Any, ...], value: object) -> None:
    statement = json.loads(json.dumps(STATEMENT))
    place = buildkit(statement)
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(MalformedImage):
        parse(statement)


def buildkit(statement: Any) -> Any:
    return statement["predicate"]["metadata"]["https://mobyproject.org/buildkit@v1#metadata"]


def steps(statement: Any) -> tuple[SourceStep, ...]:
    found = parse(statement)
    assert found is not None
    return found.steps
