"""Image configurations: what is read, what is malformed, and which step made which layer."""

import json
from typing import Any

import pytest

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.config import History, ImageConfig, align_history, parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.platform import Platform
from tests.images import config, file, layer

LAYERS = [layer(file("a", b"a")), layer(file("b", b"b"))]
DIFF_IDS = [str(Digest.of(tar)) for tar in LAYERS]
ROOTFS = {"type": "layers", "diff_ids": DIFF_IDS}


def parse(**document: Any) -> ImageConfig:
    return parse_config(json.dumps({"rootfs": ROOTFS} | document).encode(), "The configuration")


def test_everything() -> None:
    content = config(
        LAYERS,
        variant="v8",
        user="nobody",
        entrypoint=["/run"],
        cmd=["--help"],
        env=["A=b"],
        labels={"l": "m"},
    )
    parsed = parse_config(content, "x")
    assert parsed.platform == Platform("linux", "amd64", "v8")
    assert [str(item) for item in parsed.diff_ids] == DIFF_IDS
    assert parsed.history == (History("layer 0", "", False), History("layer 1", "", False))
    assert (parsed.user, parsed.entrypoint, parsed.cmd, parsed.env) == ("nobody", ("/run",), ("--help",), ("A=b",))
    assert parsed.labels == {"l": "m"}


def test_least() -> None:
    parsed = parse()
    assert (parsed.platform, parsed.history, parsed.env) == (Platform("linux", "unknown"), (), ())
    assert not parsed.has_healthcheck


def test_nulls_are_nothing() -> None:
    inner = dict.fromkeys(["User", "Entrypoint", "Cmd", "Env", "Labels", "Healthcheck"])
    assert parse(history=None, config=inner, os=None, architecture=None, variant=None) == parse()
    assert parse(config=None) == parse()


def test_keys_in_any_letter_case() -> None:
    document = {"ROOTFS": {"Diff_IDs": DIFF_IDS}, "Config": {"env": ["A=b"]}, "History": [{"Created_By": "c"}]}
    parsed = parse_config(json.dumps(document).encode(), "x")
    assert (len(parsed.diff_ids), parsed.env, parsed.history) == (2, ("A=b",), (History("c", "", False),))


@pytest.mark.parametrize(
    ("healthcheck", "expected"),
    [(None, False), ({}, False), ({"Test": []}, False), ({"Test": ["NONE"]}, False), ({"Test": ["CMD", "x"]}, True)],
)
def test_healthcheck(healthcheck: object, expected: bool) -> None:
    assert parse(config={"Healthcheck": healthcheck}).has_healthcheck is expected


def test_command_as_a_string() -> None:
    assert parse(config={"Cmd": "run me", "Entrypoint": "go"}).cmd == ("run me",)


REFUSED = [
    pytest.param({"rootfs": None}, id="no rootfs"),
    pytest.param({"rootfs": []}, id="a list for the rootfs"),
    pytest.param({"rootfs": {"diff_ids": "x"}}, id="a string for the diff IDs"),
    pytest.param({"rootfs": {"diff_ids": [1]}}, id="numbers for the diff IDs"),
    pytest.param({"rootfs": {"diff_ids": ["sha256:../../etc/passwd"]}}, id="path traversal"),
    pytest.param({"history": {}}, id="an object for the history"),
    pytest.param({"history": ["x"]}, id="strings for the history"),
    pytest.param({"history": [None]}, id="null for a step"),
    pytest.param({"history": [{"created_by": 1}]}, id="a number for an instruction"),
    pytest.param({"config": []}, id="a list for the inner config"),
    pytest.param({"config": {"Env": "A=b"}}, id="a string for the environment"),
    pytest.param({"config": {"Env": [1]}}, id="numbers for the environment"),
    pytest.param({"config": {"Cmd": {}}}, id="an object for the command"),
    pytest.param({"config": {"Labels": []}}, id="a list for the labels"),
    pytest.param({"os": 1}, id="a number for the operating system"),
    pytest.param({"architecture": []}, id="a list for the architecture"),
]


@pytest.mark.parametrize("document", REFUSED)
def test_refused(document: dict[str, Any]) -> None:
    with pytest.raises(MalformedImage):
        parse(**document)


def test_limits() -> None:
    with pytest.raises(LimitExceeded):
        parse(rootfs={"diff_ids": DIFF_IDS[:1] * 1_001})
    with pytest.raises(LimitExceeded):
        parse(history=[{}] * 10_001)
    with pytest.raises(LimitExceeded):
        parse_config(b" " * (21 << 20), "x")


def steps(*names: str) -> list[dict[str, object]]:
    """Return a history; a name in parentheses is of a step that made no layer."""
    return [{"created_by": name.strip("()")} | ({"empty_layer": True} if name[0] == "(" else {}) for name in names]


ALIGNED = [
    pytest.param(["a", "b"], 2, ["a", "b"], id="one for one"),
    pytest.param(["a", "(env)", "b", "(cmd)"], 2, ["a", "b"], id="empty layers in between"),
    pytest.param(["(env)", "(cmd)"], 0, [], id="empty layers only"),
    pytest.param([], 2, [None, None], id="no history"),
    pytest.param(["b"], 2, [None, "b"], id="shorter: from the top"),
    pytest.param(["(env)", "b", "(cmd)"], 3, [None, None, "b"], id="shorter, with empty layers"),
    pytest.param(["a", "b", "c"], 2, ["b", "c"], id="longer: from the top"),
    pytest.param(["a"], 0, [], id="a step and no layer"),
    # WORKDIR makes a layer in one builder and none in another; its flag alone decides.
    pytest.param(["a", "WORKDIR /x"], 2, ["a", "WORKDIR /x"], id="WORKDIR with a layer"),
    pytest.param(["a", "(WORKDIR /x)"], 1, ["a"], id="WORKDIR without a layer"),
]


@pytest.mark.parametrize(("names", "count", "expected"), ALIGNED)
def test_history(names: list[str], count: int, expected: list[str | None]) -> None:
    aligned = align_history(parse(history=steps(*names)), count)
    assert [step.created_by if step else None for step in aligned] == expected


@pytest.mark.parametrize("value", [False, None, "true", 1, 0])
def test_empty_layer_is_true_or_is_not(value: object) -> None:
    parsed = parse(history=[{"created_by": "a", "empty_layer": value}])
    assert len(align_history(parsed, 1)) == 1
    assert align_history(parsed, 1)[0] == History("a", "", False)
