"""BuildKit's provenance as its documentation and its types describe it, made by hand.

The engine that the tests run against is older than attestations. Steps are numbered as BuildKit does it; the step of
the base image has a place in the Dockerfile and layers, too.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

V02 = "https://slsa.dev/provenance/v0.2"
V1 = "https://slsa.dev/provenance/v1"
Lines = tuple[int, int]


def predicate(
    dockerfile: bytes, digests: Sequence[str], lines: Mapping[int, Lines], *, kind: str = V02, base_count: int = 1
) -> dict[str, Any]:
    """Return the predicate of a build whose layers above the base's were made on these lines."""
    steps = [_step(0, "source"), *(_step(number, "exec") for number in range(1, len(lines) + 1))]
    layers = {"step0:0": [_chain(digests[:base_count])]}
    locations = {"step0": _locations((1, 1))}
    for number, (layer, span) in enumerate(lines.items(), 1):
        layers[f"step{number}:0"] = [_chain(digests[: layer + 1])]
        locations[f"step{number}"] = _locations(span)
    infos = [{"filename": "docker/Dockerfile", "language": "Dockerfile", "data": base64.b64encode(dockerfile).decode()}]
    buildkit = {"source": {"infos": infos, "locations": locations}, "layers": layers}
    config = {"llbDefinition": steps, "digestMapping": {}}
    if kind == V02:
        outer = {"https://mobyproject.org/buildkit@v1#metadata": buildkit, "reproducible": False}
        return {"buildType": "https://mobyproject.org/buildkit@v1", "buildConfig": config, "metadata": outer}
    return {
        "buildDefinition": {"internalParameters": {"buildConfig": config, "builderPlatform": "linux/amd64"}},
        "runDetails": {"builder": {"id": ""}, "metadata": {"buildkit_metadata": buildkit}},
    }


def _step(number: int, kind: str) -> dict[str, Any]:
    inputs = [f"step{number - 1}:0"] if number else []
    return {"id": f"step{number}", "op": {"Op": {kind: {}}, "platform": {}}, "inputs": inputs}


def _chain(digests: Sequence[str]) -> list[dict[str, object]]:
    return [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": item, "size": 1} for item in digests]


def _locations(span: Lines) -> dict[str, Any]:
    """One range for each line, as the Dockerfile frontend has it; a zero is left out, as protobuf's JSON does."""
    ranges = [{"start": {"line": line}, "end": {"line": line}} for line in range(span[0], span[1] + 1)]
    return {"locations": [{"ranges": ranges}]}
