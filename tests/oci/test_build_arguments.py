"""Build arguments: where each value begins and ends, though nothing quotes them."""

import pytest

from layerscope.oci.build_arguments import find_build_arguments


@pytest.mark.parametrize(
    ("text", "values", "command", "is_ambiguous"),
    [
        ("RUN |1 A=b /bin/sh -c x", [("A", "b")], "/bin/sh -c x", False),
        ("|2 A=b c D= /bin/sh -c x E=f", [("A", "b c"), ("D", "")], "/bin/sh -c x E=f", False),
        ("|1 A=b /usr/bin/bash -o pipefail -c x", [("A", "b")], "/usr/bin/bash -o pipefail -c x", False),
        ("|2 A=/bin/sh -c B=c /bin/ash -c x", [("A", "/bin/sh -c"), ("B", "c")], "/bin/ash -c x", False),
        ("|1 A=b C=d /bin/sh -c x", [("A", "b"), ("C", "d")], "/bin/sh -c x", True),
        ("|2 A=b c D=e make all", [("A", "b c"), ("D", "e")], "make all", False),
        ("|3 A=b make", [("A", "b make")], "", False),
        ("|1 make", [], "", False),
        ("|0 /bin/sh -c A=b", [], "/bin/sh -c A=b", False),
    ],
)
def test_arguments(text, values, command, is_ambiguous):
    arguments = find_build_arguments(text)
    assert arguments is not None
    assert [(found.name, text[found.start : found.end]) for found in arguments.found] == values
    assert text[arguments.end :] == command
    assert arguments.is_ambiguous is is_ambiguous


@pytest.mark.parametrize("text", ["", "RUN make", "RUN |x A=b /bin/sh -c y", "COPY |1 A=b", "|" + "1" * 5_000 + " A=b"])
def test_none(text):
    assert find_build_arguments(text) is None
