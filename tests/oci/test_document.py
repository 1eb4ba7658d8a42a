"""JSON out of an image: bounded, typed, keys in any letter case, and one kind of error for all that is wrong."""

import json

import pytest

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.document import MANIFEST_LIMIT_BYTES, JsonObject, parse_json, parse_object, parse_objects

REFUSED = [
    pytest.param(b"", id="empty"),
    pytest.param(b" ", id="a space"),
    pytest.param(b"{", id="cut"),
    pytest.param(b'{"a": 1,}', id="comma at the end"),
    pytest.param(b"{'a': 1}", id="single quotes"),
    pytest.param(b'{"a": 1} {"a": 2}', id="two documents"),
    pytest.param(b'{"a": 1}\0', id="NUL at the end"),
    pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
    pytest.param("{}".encode("utf-16"), id="UTF-16"),
    pytest.param(b'{"a": "\xff"}', id="no UTF-8"),
    pytest.param(b'{"a": "\n"}', id="newline in a string"),
    pytest.param(b'{"a": NaN}', id="NaN"),
    pytest.param(b'{"a": Infinity}', id="Infinity"),
    pytest.param(b'{"a": -Infinity}', id="-Infinity"),
    pytest.param(b'{"a": ' + b"9" * 5_000 + b"}", id="an integer of 5,000 digits"),
    pytest.param(b"[" * 201 + b"]" * 201, id="201 levels"),
    pytest.param(b"[" * 100_000, id="100,000 levels, cut"),
    pytest.param(b'{"a":' * 100_000, id="100,000 objects, cut"),
    pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 levels"),
    pytest.param(b'["\\"' + b"[" * 300, id="a quote that is escaped"),
]


@pytest.mark.parametrize("content", REFUSED)
def test_refused(content: bytes) -> None:
    with pytest.raises(MalformedImage, match=r"manifest\.json"):
        parse_json(content, "manifest.json")


def test_depth_counts_outside_strings_only() -> None:
    text = "[{" * 500 + '\\"' + "[" * 10
    assert parse_json(json.dumps({"a": text}).encode(), "x") == {"a": text}
    assert parse_json(json.dumps([["]"] * 3] * 300).encode(), "x") == [["]"] * 3] * 300
    assert parse_json(b"[" * 199 + b"]" * 199, "x")


def test_limit() -> None:
    content = b'"' + b"x" * (MANIFEST_LIMIT_BYTES - 2) + b'"'
    assert len(parse_json(content, "x")) == MANIFEST_LIMIT_BYTES - 2
    with pytest.raises(LimitExceeded):
        parse_json(content + b" ", "x")
    with pytest.raises(LimitExceeded):
        parse_json(b"[1,2]", "x", limit_bytes=4)


def test_last_of_two_keys_wins_as_in_go() -> None:
    assert parse_object(b'{"a": 1, "a": 2}', "x").integer("a") == 2


@pytest.mark.parametrize("key", ["Layers", "layers", "LAYERS", "lAYERS", "layer\u017f"])
def test_keys_in_any_letter_case(key: str) -> None:
    # Go's decoder folds letter case, the long s among it; jib writes `layers`.
    assert parse_object(json.dumps({key: ["a"]}).encode(), "x").texts("Layers") == ["a"]


def test_exact_spelling_comes_first() -> None:
    assert parse_object(b'{"CONFIG": "1", "Config": "2", "config": "3"}', "x").text("Config") == "2"


VALUES: list[object] = [None, True, 1, 1.5, "s", [], ["s"], [1], {}, {"k": "v"}, [{}]]
READERS = {
    "text": lambda document: document.text("k"),
    "integer": lambda document: document.integer("k"),
    "object": lambda document: document.object("k"),
    "objects": lambda document: document.objects("k"),
    "texts": lambda document: document.texts("k"),
    "texts_by_name": lambda document: document.texts_by_name("k"),
}
# Which of the values each reader takes, and what they come out as; all others are malformed.
TAKEN: dict[str, dict[int, object]] = {
    "text": {0: None, 4: "s"},
    "integer": {0: None, 1: None, 2: 1},
    "object": {0: None, 8: JsonObject({}, "k of x"), 9: JsonObject({"k": "v"}, "k of x")},
    "objects": {0: [], 5: [], 10: [JsonObject({}, "k of x")]},
    "texts": {0: [], 5: [], 6: ["s"]},
    "texts_by_name": {0: {}, 8: {}, 9: {"k": "v"}},
}


@pytest.mark.parametrize("number", range(len(VALUES)), ids=[repr(value) for value in VALUES])
@pytest.mark.parametrize("reader", READERS)
def test_types(reader: str, number: int) -> None:
    document = parse_object(json.dumps({"K": VALUES[number]}).encode(), "x")
    if number in TAKEN[reader]:
        assert READERS[reader](document) == TAKEN[reader][number]
    else:
        with pytest.raises(MalformedImage, match="k of x"):
            READERS[reader](document)


def test_missing_key() -> None:
    document = JsonObject({}, "x")
    assert [reader(document) for reader in READERS.values()] == [None, None, None, [], [], {}]


def test_labels_of_other_types_are_left_out() -> None:
    assert parse_object(b'{"k": {"a": "b", "c": 1, "d": null}}', "x").texts_by_name("k") == {"a": "b"}


@pytest.mark.parametrize("content", [b"[]", b"1", b"null", b'"s"'])
def test_no_object(content: bytes) -> None:
    with pytest.raises(MalformedImage):
        parse_object(content, "x")


@pytest.mark.parametrize("content", [b"{}", b"null", b"[1]", b"[null]", b"[[]]"])
def test_no_objects(content: bytes) -> None:
    with pytest.raises(MalformedImage):
        parse_objects(content, "x")


def test_errors_hold_no_control_characters() -> None:
    with pytest.raises(MalformedImage) as caught:
        parse_json(b'{"a": \x1b[31m}', "x")
    assert "\x1b" not in str(caught.value)


def test_brackets_without_end_take_no_time_to_speak_of() -> None:
    # 4 MiB of quotes and backslashes: each is looked at once.
    content = b'["' + b'\\"' * 2_000_000
    with pytest.raises(MalformedImage):
        parse_json(content, "x", limit_bytes=len(content))
