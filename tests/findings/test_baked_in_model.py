"""What the rule `baked-in-model` finds and what it leaves alone."""

import json
import struct

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file, hardlink, symlink, whiteout

HUB = "root/.cache/huggingface/hub/models--acme--tiny"
BLOB, SNAPSHOT = f"{HUB}/blobs/0123abcd", f"{HUB}/snapshots/9f/model.safetensors"


def safetensors(count: int, fill: bytes = b"w") -> bytes:
    """A file of one tensor of that many half-precision numbers (the format's README)."""
    header = json.dumps({"w": {"dtype": "F16", "shape": [count], "data_offsets": [0, 2 * count]}}).encode()
    return struct.pack("<Q", len(header)) + header + fill * (2 * count)


WEIGHTS = safetensors(1_000_000)


def test_tells_the_name_and_the_header_of_a_model_of_the_hub():
    [finding] = only(findings_of([[file(BLOB, WEIGHTS), symlink(SNAPSHOT, "../../blobs/0123abcd")]]), "baked-in-model")
    assert (finding.subject, finding.reclaimable_bytes) == ("acme/tiny", len(WEIGHTS))
    assert finding.confidence is Confidence.HIGH
    assert finding.evidence[:3] == ("format: safetensors", "parameters: 1,000,000", "types: F16")


def test_words_of_a_header_cannot_act_on_a_terminal():
    words = {"modelspec.architecture": "a\x1b[31m"}
    tensor = {"dtype": "F\x1b16", "shape": [1_000_000], "data_offsets": [0, 2_000_000]}
    header = json.dumps({"__metadata__": words, "w": tensor}).encode()
    content = struct.pack("<Q", len(header)) + header + bytes(2_000_000)
    items = [file("m.safetensors", content), file("models--a\x1b--b/blobs/0123", content[:-8] + b"12345678")]
    findings = only(findings_of([items]), "baked-in-model")
    assert len(findings) == 2
    assert all(text.isprintable() for finding in findings for text in (*finding.evidence, finding.subject or ""))


def test_a_copy_elsewhere_is_the_same_model():
    [finding] = only(findings_of([[file(BLOB, WEIGHTS)], [file("models/x.safetensors", WEIGHTS)]]), "baked-in-model")
    assert (finding.subject, finding.reclaimable_bytes) == ("acme/tiny", 2 * len(WEIGHTS))
    assert "parameters: 1,000,000" in finding.evidence


def test_one_repository_at_two_places_is_one_model():
    other = BLOB.replace("root/.cache", "home/user/.cache").replace("0123abcd", "4567")
    items = [file(BLOB, WEIGHTS), file(other, safetensors(600_000))]
    assert [finding.subject for finding in only(findings_of([items]), "baked-in-model")] == ["acme/tiny"]


def test_the_parts_of_a_model_are_one():
    items = [
        file("models/mistral-7b/model-00001-of-00002.safetensors", safetensors(600_000, b"a")),
        file("models/mistral-7b/model-00002-of-00002.safetensors", safetensors(700_000, b"b")),
    ]
    [finding] = only(findings_of([items]), "baked-in-model")
    assert finding.subject == "mistral-7b"
    assert "parameters: 1,300,000" in finding.evidence


def test_two_models_are_two_findings():
    items = [
        file("models/a.safetensors", safetensors(600_000, b"a")),
        file("models/b.safetensors", safetensors(700_000, b"b")),
    ]
    assert {finding.subject for finding in only(findings_of([items]), "baked-in-model")} == {"a", "b"}


def test_two_models_of_one_name_are_told_apart():
    items = [
        file("one/model/net.safetensors", safetensors(600_000, b"a")),
        file("two/model/net.safetensors", safetensors(700_000, b"b")),
    ]
    found = {finding.subject for finding in only(findings_of([items]), "baked-in-model")}
    assert found == {"net (one/model/net.safetensors)", "net (two/model/net.safetensors)"}


def test_a_model_that_was_moved_is_one_and_all_of_it_goes():
    layers = [[file("tmp/net.safetensors", WEIGHTS)], [whiteout("tmp"), file("models/net.safetensors", WEIGHTS)]]
    findings = findings_of(layers)
    [finding] = only(findings, "baked-in-model")
    assert (finding.reclaimable_bytes, finding.layers) == (2 * len(WEIGHTS), (0, 1))
    assert sum(finding.reclaimable_bytes for finding in findings) == 2 * len(WEIGHTS)


def test_a_second_name_is_no_second_model():
    items = [file("models/net.safetensors", WEIGHTS), hardlink("srv/net.safetensors", "models/net.safetensors")]
    found = only(findings_of([items]), "baked-in-model")
    assert sum(finding.reclaimable_bytes for finding in found) == len(WEIGHTS)


def test_is_less_sure_where_no_header_could_be_read():
    [finding] = only(findings_of([[file("models/net.onnx", b"\xff" * 2_000_000)]]), "baked-in-model")
    assert (finding.subject, finding.confidence) == ("net", Confidence.MEDIUM)


def test_leaves_fixtures_of_packages_tokenizers_and_little_alone():
    fixture = "usr/local/lib/python3.12/site-packages/pkg/data.safetensors"
    items = [
        file(fixture, WEIGHTS),
        file("models/tiny.safetensors", safetensors(1_000)),
        file("models/tokenizer.json", b"{" + b" " * 2_000_000 + b"}"),
        file("usr/local/lib/python3.12/site-packages/editable.pth", b"import x\n" * 200_000),
    ]
    assert not only(findings_of([items], owned={fixture: "python:pkg"}), "baked-in-model")
