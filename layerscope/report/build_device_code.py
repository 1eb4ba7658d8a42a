"""Device code as a part of the public document."""

from collections.abc import Iterable

from layerscope.analysis import Analysis
from layerscope.device_code import DeviceCodeReport
from layerscope.probes.cuda_fatbin import DeviceCodeTotal
from layerscope.report.document import DeviceCodeLibraryPart, DeviceCodePart, DeviceCodeTotalPart
from layerscope.report.texts import path_text


def device_code_part(analysis: Analysis, report: DeviceCodeReport) -> DeviceCodePart:
    """What libraries hold for which GPU architecture."""
    return DeviceCodePart(
        totals=_device_totals(report.totals),
        libraries=[
            DeviceCodeLibraryPart(
                path=path_text(analysis.index.path(library.row)),
                bytes=sum(entry.size_bytes for entry in library.code.entries),
                unattributed_bytes=library.code.unattributed_bytes,
                totals=_device_totals(library.code.entries),
            )
            for library in report.libraries
        ],
        unread=list(report.unread),
    )


def _device_totals(totals: Iterable[DeviceCodeTotal]) -> list[DeviceCodeTotalPart]:
    return [
        DeviceCodeTotalPart(
            architecture=item.architecture,
            kind=item.kind,
            compression=item.compression,
            entries=item.count,
            bytes=item.size_bytes,
        )
        for item in totals
    ]
