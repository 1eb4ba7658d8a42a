"""CycloneDX 1.6: the image's packages with their purls, and their bytes as properties.

Written by the library of the CycloneDX project. Without a clock: the serial number follows from the image's ID.
"""

from collections import Counter
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.tool import Tool
from cyclonedx.output.json import JsonV1Dot6

from layerscope.__about__ import __version__
from layerscope.analysis import Analysis, PackageTotals
from layerscope.index.owners import UNOWNED
from layerscope.packages.facts import visible_facts
from layerscope.probes.os_release import OS_RELEASE, OsRelease
from layerscope.report.purl import known_version, package_purl
from layerscope.units import safe_text

# The library takes some milliseconds for each; images have hundreds, and a stranger's could claim a million.
_LIMIT = 5_000


def render_cyclonedx(analysis: Analysis) -> bytes:
    """A bill of materials; a package whose files are all hidden has the scope `excluded`."""
    image = Component(
        name=safe_text(analysis.image.reference),
        type=ComponentType.CONTAINER,
        bom_ref="image",
        properties=_properties(_of_image(analysis)),
    )
    packages = list(_components(analysis))
    bom = Bom(
        serial_number=uuid5(NAMESPACE_URL, f"urn:layerscope:{analysis.image.image_id}"),
        components=packages,
        properties=_properties(_of_list(analysis)),
    )
    # The specification has no need of a time, the library's annotation does.
    bom.metadata.timestamp = None  # type: ignore[assignment]
    bom.metadata.component = image
    bom.metadata.tools.tools.add(Tool(name="layerscope", version=__version__))
    bom.register_dependency(image, packages)
    return (JsonV1Dot6(bom).output_as_string(indent=2) + "\n").encode("utf-8")


def _components(analysis: Analysis) -> Iterator[Component]:
    visible = np.unique(analysis.owners.of_rows[analysis.index.visible]).tolist()
    installed = {analysis.owners.packages[number] for number in visible if number != UNOWNED}
    system = _system(analysis)
    seen: Counter[str] = Counter()
    for total in analysis.package_totals[:_LIMIT]:
        package = total.package
        name = safe_text(f"{package.manager}:{package.name}@{package.version}")
        seen[name] += 1
        yield Component(
            name=safe_text(package.name) or "(no name)",
            version=safe_text(version) if (version := known_version(package)) else None,
            type=ComponentType.LIBRARY,
            bom_ref=name if seen[name] == 1 else f"{name}#{seen[name]}",
            scope=None if package in installed else ComponentScope.EXCLUDED,
            purl=package_purl(package, system),
            properties=_properties(_of_package(total)),
        )


def _of_package(total: PackageTotals) -> dict[str, object]:
    return {
        "package_manager": total.package.manager,
        "stored_bytes": total.stored_bytes,
        "live_bytes": total.live_bytes,
        "files": total.files,
        "layers": " ".join(map(str, total.layers)),
    }


def _of_image(analysis: Analysis) -> dict[str, object]:
    index = analysis.index
    found = {
        "image_id": analysis.image.image_id,
        "platform": safe_text(str(analysis.image.platform)),
        "stored_bytes": index.stored_bytes,
        "live_bytes": index.live_bytes,
        "superseded_bytes": index.superseded_bytes,
        "duplicate_bytes": index.duplicate_bytes,
        "no_package_bytes": analysis.unowned_by_packages_bytes,
    }
    return found | ({"manifest_digest": digest} if (digest := analysis.image.manifest_digest) else {})


def _of_list(analysis: Analysis) -> dict[str, object]:
    """Whether it is all there: a damaged image and a capped list say so."""
    left = analysis.package_totals[_LIMIT:]
    found: dict[str, object] = {"complete": "yes" if analysis.is_complete else "no"}
    if left:
        found |= {"not_listed": len(left), "not_listed_bytes": sum(total.stored_bytes for total in left)}
    return found


def _properties(values: dict[str, object]) -> list[Property]:
    return [Property(name=f"layerscope:{name}", value=str(value)) for name, value in values.items()]


def _system(analysis: Analysis) -> OsRelease | None:
    """The operating system of the image, None where it does not introduce itself."""
    found: dict[bytes, OsRelease] = {path: value for _, path, value in visible_facts(analysis.index, OS_RELEASE)}
    return found[min(found)] if found else None
