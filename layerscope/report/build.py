"""An Analysis as the public document."""

from collections.abc import Iterable
from typing import cast

import numpy as np

from layerscope.__about__ import __version__
from layerscope.analysis import Analysis, LayerTotals
from layerscope.base_image.detected import DetectedBase
from layerscope.checks.check import Check
from layerscope.checks.gate import Gate
from layerscope.findings.finding import Finding
from layerscope.index.duplicates import DuplicateGroup
from layerscope.index.file_index import FileIndex
from layerscope.index.superseded import SupersededGroup
from layerscope.layers.columns import Integers
from layerscope.oci.credentials import mask_arguments
from layerscope.oci.image import Image
from layerscope.oci.instruction import clean_instruction, mask_secrets
from layerscope.report.build_advice import candidate_part, library_part, need_part, plan_part, recommended_part
from layerscope.report.build_device_code import device_code_part
from layerscope.report.document import (
    BasePart,
    CategoryPart,
    CauseId,
    CheckPart,
    Compression,
    DetectedBasePart,
    Document,
    DuplicatePart,
    FindingPart,
    FixPart,
    ImagePart,
    LayerPart,
    NotListed,
    PackagePart,
    PullPart,
    RunConfig,
    Sizes,
    SupersededPart,
    Tool,
    WitnessPart,
)
from layerscope.report.shares import BaseShares, share_base, share_layers
from layerscope.report.texts import PATHS_LIMIT, path_text, valid
from layerscope.twins import FunctionalDuplicate

DUPLICATES_LIMIT = 1_000


def build_document(analysis: Analysis) -> Document:
    """Everything that the report says, in its public form."""
    index = analysis.index
    listed = index.duplicates[:DUPLICATES_LIMIT]
    left_out: list[DuplicateGroup | FunctionalDuplicate] = [
        *index.duplicates[DUPLICATES_LIMIT:],
        *analysis.twins[DUPLICATES_LIMIT:],
    ]
    base_shares = share_base(analysis)
    return Document(
        complete=analysis.is_complete,
        tool=Tool(version=__version__),
        image=image_part(analysis.image),
        sizes=Sizes(
            transfer_bytes=analysis.transfer.measured_bytes,
            transfer_bytes_estimate=analysis.transfer.estimated_bytes,
            stored_bytes=index.stored_bytes,
            live_bytes=index.live_bytes,
            superseded_bytes=index.superseded_bytes,
            duplicate_bytes=index.duplicate_bytes,
            entries=len(index),
        ),
        layers=_layers(analysis),
        categories=_categories(analysis, base_shares),
        packages=_packages(analysis, base_shares),
        superseded=[superseded_part(index, group) for group in index.superseded],
        duplicates=[
            *(duplicate_part(index, group) for group in listed),
            *(_twin(analysis, twin) for twin in analysis.twins[:DUPLICATES_LIMIT]),
        ],
        duplicates_not_listed=NotListed(groups=len(left_out), waste_bytes=sum(group.waste_bytes for group in left_out)),
        device_code=device_code_part(analysis, analysis.device_code) if analysis.device_code else None,
        purpose=analysis.purpose.value,
        findings=[_finding(analysis, finding) for finding in analysis.findings],
        base=BasePart(
            detected=_base(analysis.detected_base) if analysis.detected_base else None,
            libraries=[library_part(analysis, use) for use in analysis.loaded_libraries],
            needs=[need_part(analysis, need) for need in analysis.needs],
            candidates=[candidate_part(candidate) for candidate in analysis.candidates],
            recommended=recommended_part(analysis.recommended) if analysis.recommended else None,
        ),
        plan=plan_part(analysis.plan),
        checks=[check_part(check) for check in analysis.gate.checks],
        pull=pull_part(analysis.gate, analysis.transfer_bytes),
        warnings=list(analysis.warnings),
    )


def pull_part(gate: Gate, transfer_bytes: int | None) -> PullPart:
    """How long a pull takes, in its public form."""
    seconds = gate.pull_seconds(transfer_bytes)
    return PullPart(
        bandwidth_bits_per_second=gate.bandwidth_bits_per_second,
        seconds_estimate=None if seconds is None else round(seconds, 1),
    )


def _amount(amount: float | str) -> float | str:
    return valid(amount) if isinstance(amount, str) else round(amount, 2)


def check_part(check: Check) -> CheckPart:
    """A check in its public form."""
    return CheckPart(
        id=valid(check.id),
        unit=check.unit.value,
        limit=_amount(check.limit),
        actual=None if check.actual is None else _amount(check.actual),
        status=check.status.value,
        reason=valid(check.reason),
        fix=valid(check.fix) if check.fix else None,
    )


def image_part(image: Image) -> ImagePart:
    """Which image it is and how it runs, secrets masked."""
    config = image.config
    return ImagePart(
        reference=valid(image.reference),
        source=image.source,
        image_id=str(image.image_id),
        manifest_digest=str(image.manifest_digest) if image.manifest_digest else None,
        platform=valid(str(image.platform)),
        config=RunConfig(
            user=valid(mask_secrets(config.user)),
            entrypoint=_masked(config.entrypoint),
            cmd=_masked(config.cmd),
            healthcheck=config.has_healthcheck,
            # Of an entry without a value a builder may have taken a secret for the name.
            env_names=[valid(mask_secrets(item.partition("=")[0])) for item in config.env],
        ),
    )


def _layers(analysis: Analysis) -> list[LayerPart]:
    shares = share_layers(analysis)
    return [_layer(analysis, total, share) for total, share in zip(analysis.layer_totals, shares, strict=True)]


def _layer(analysis: Analysis, total: LayerTotals, transfer_bytes: int | None) -> LayerPart:
    layer, scan, base = total.layer, total.scan, analysis.base
    created_by = layer.history.created_by if layer.history else None
    return LayerPart(
        position=layer.position,
        diff_id=str(layer.diff_id),
        digest=str(layer.digest) if layer.digest else None,
        media_type=valid(layer.media_type) if layer.media_type else None,
        compression=cast(Compression, scan.compression),
        compressed_size=total.compressed_bytes,
        transfer_bytes_estimate=transfer_bytes,
        uncompressed_size=scan.tar_bytes,
        content_size=total.content_bytes,
        superseded_bytes=total.superseded_bytes,
        entries=len(scan),
        created_by=valid(mask_secrets(created_by)) if created_by is not None else None,
        instruction=valid(clean_instruction(created_by)) if created_by else None,
        dockerfile_line=analysis.dockerfile.line_of(layer.position) if analysis.dockerfile else None,
        from_base=layer.position < base.count if base.count or base.evidence else None,
        verified=total.is_verified,
        damage=scan.damage,
    )


def _categories(analysis: Analysis, base: BaseShares | None) -> list[CategoryPart]:
    return [
        CategoryPart(
            id=total.detector.id,
            title=total.detector.title,
            group=total.detector.group.value,
            files=total.files,
            stored_bytes=total.stored_bytes,
            base_stored_bytes=base.of_categories[total.detector.id] if base else None,
            live_bytes=total.live_bytes,
            transfer_bytes_estimate=total.transfer_estimate_bytes,
        )
        for total in analysis.category_totals
    ]


def _packages(analysis: Analysis, base: BaseShares | None) -> list[PackagePart]:
    return [
        PackagePart(
            manager=total.package.manager,
            name=valid(total.package.name),
            version=valid(total.package.version),
            files=total.files,
            stored_bytes=total.stored_bytes,
            base_stored_bytes=base.of_packages[total.package] if base else None,
            live_bytes=total.live_bytes,
            layers=list(total.layers),
        )
        for total in analysis.package_totals
    ]


def superseded_part(index: FileIndex, group: SupersededGroup) -> SupersededPart:
    """Bytes that are shipped and invisible, in their public form."""
    return SupersededPart(
        cause=cast(CauseId, group.cause.id),
        layer=group.layer,
        hidden_by=group.hidden_by,
        files=len(group.rows),
        paths=[path_text(index.path(row)) for row in group.rows[:PATHS_LIMIT]],
        bytes=group.superseded_bytes,
    )


def duplicate_part(index: FileIndex, group: DuplicateGroup) -> DuplicatePart:
    """One content at several places, in its public form."""
    paths = sorted(index.path(index.name_row(row)) for row in group.rows[:PATHS_LIMIT])
    return DuplicatePart(
        kind="exact",
        bytes_each=group.bytes_each,
        copies=len(group.rows),
        waste_bytes=group.waste_bytes,
        paths=[path_text(path) for path in paths],
        soname=None,
        version=None,
    )


def _twin(analysis: Analysis, twin: FunctionalDuplicate) -> DuplicatePart:
    index = analysis.index
    paths = [path_text(index.path(index.name_row(row))) for row in twin.rows[:PATHS_LIMIT]]
    return DuplicatePart(
        kind="functional",
        bytes_each=int(index.sizes[twin.rows[0]]),
        copies=len(twin.rows),
        waste_bytes=twin.waste_bytes,
        paths=paths,
        soname=valid(twin.soname),
        version=valid(twin.version) if twin.version else None,
    )


def _base(base: DetectedBase) -> DetectedBasePart:
    return DetectedBasePart(
        family=base.family.value,
        name=valid(base.name),
        variant=base.variant,
        cuda=valid(base.cuda) if base.cuda else None,
        os=valid(base.os) if base.os else None,
        architecture=valid(base.architecture),
        tag=valid(base.tag) if base.tag else None,
        layers=list(base.layers),
        confidence=base.confidence.value,
        evidence=[WitnessPart(source=item.source, text=valid(item.text), agrees=item.agrees) for item in base.evidence],
        parent=valid(base.parent.name) if base.parent else None,
    )


def _finding(analysis: Analysis, finding: Finding) -> FindingPart:
    rows, of_rows = np.array(finding.rows, dtype=np.int64), analysis.transfer.of_rows
    return FindingPart(
        id=finding.rule.id,
        title=finding.rule.title,
        subject=valid(finding.subject) if finding.subject else None,
        layers=list(finding.layers),
        dockerfile_lines=analysis.dockerfile.lines_of(finding.layers) if analysis.dockerfile else [],
        files=len(rows),
        claimed_bytes=finding.claimed_bytes,
        reclaimable_bytes=finding.reclaimable_bytes,
        transfer_bytes_estimate=None if of_rows is None else _transfer_bytes(analysis, finding, rows),
        who_can_fix=finding.who_can_fix,
        why=finding.rule.why,
        evidence=[valid(text) for text in finding.evidence],
        paths=[path_text(analysis.index.path(row)) for row in finding.rows[:PATHS_LIMIT]],
        fix=FixPart(text=valid(finding.fix), dockerfile=[valid(line) for line in finding.dockerfile]),
        confidence=finding.confidence.value,
    )


def _transfer_bytes(analysis: Analysis, finding: Finding, rows: Integers) -> int:
    """The wire's share of what a finding points at; of files that it claims in part, in proportion."""
    whole_bytes, of_rows = int(analysis.index.sizes[rows].sum()), analysis.transfer.of_rows
    wire_bytes = 0 if of_rows is None else int(of_rows[rows].sum())
    return wire_bytes * finding.claimed_bytes // whole_bytes if whole_bytes > finding.claimed_bytes else wire_bytes


def _masked(texts: Iterable[str]) -> list[str]:
    return [valid(text) for text in mask_arguments(texts)]
