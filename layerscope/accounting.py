"""From scans to an Analysis: every byte gets an owner and a category, waste is found, other bases are weighed."""

from collections.abc import Collection, Sequence

from layerscope.advise import make_plan
from layerscope.analysis import Analysis
from layerscope.at_rest import ContentWork
from layerscope.base_image.detected import OwnBase
from layerscope.base_image.identify import identify, identify_base
from layerscope.blob.allowance import Allowance
from layerscope.classify import classify
from layerscope.detectors import all_detectors
from layerscope.device_code import measure_device_code
from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.matched import find_dockerfile
from layerscope.findings.case import Case
from layerscope.findings.find import find_all
from layerscope.findings.purpose import Purpose
from layerscope.findings.rules import all_rules
from layerscope.index.file_index import FileIndex, compare_contents
from layerscope.index.layer_stack import stack_layers
from layerscope.index.owners import assign_owners
from layerscope.layers.scan import LayerScan
from layerscope.needs.find import read_needs
from layerscope.oci.image import Image
from layerscope.packages import file_lists
from layerscope.progress import Progress
from layerscope.sources.source import ImageSource
from layerscope.switching.candidates import Candidates, recommend
from layerscope.tables.check_tables import check_tables
from layerscope.totals import total_categories, total_layers, total_packages
from layerscope.transfer import share_wire
from layerscope.twins import find_twins
from layerscope.units import safe_text


def load_tables() -> None:
    """Load what is found by being there, as long as there is time for it."""
    all_detectors()
    all_rules()


def account_for(
    source: ImageSource,
    image: Image,
    scans: list[LayerScan],
    contents: ContentWork,
    *,
    progress: Progress,
    purpose: Purpose,
    given: tuple[Dockerfile, str] | None,
    with_device_code: bool,
    own_bases: Sequence[OwnBase],
    ignored_rules: Collection[str],
    allowance: Allowance,
) -> Analysis:
    """The analysis of a source's image whose layers were scanned, and whose contents are being compared.

    `given` is the Dockerfile that the caller named, and how it is called.
    """
    progress.stage("Attributing bytes")
    stack = stack_layers(scans)
    owners = assign_owners(stack, file_lists(stack))
    classification = classify(stack, owners)
    base_layers = identify_base(image)
    # What asks for no contents comes before these: others compare them meanwhile.
    system = read_needs(image, stack, owners, classification)
    base = identify(image, stack, owners, own_bases)
    progress.stage("Comparing files")
    index = compare_contents(stack, contents.classes)
    transfer = share_wire(image, index, contents.estimates())
    device_code = None
    if with_device_code:
        progress.stage("Reading device code")
        device_code = measure_device_code(index, contents.accesses)
    progress.stage("Finding waste")
    case = Case(image, index, owners, classification, base_layers, system)
    packages, unowned_bytes = total_packages(index, owners)
    findings = find_all(case, purpose, [rule for rule in all_rules() if rule.id not in ignored_rules])
    progress.stage("Weighing other bases")
    candidates = Candidates(case, transfer).find(base, own_bases)
    recommended = recommend(candidates)
    dockerfile, told = find_dockerfile(image, given)
    return Analysis(
        image,
        index,
        owners,
        classification,
        case.base,
        base,
        total_layers(image, index),
        total_categories(index, classification, transfer.of_rows),
        packages,
        unowned_bytes,
        find_twins(index, owners),
        system.uses.libraries,
        system.needs,
        candidates,
        recommended,
        findings,
        make_plan(index, transfer, recommended, findings),
        purpose,
        transfer,
        device_code,
        (*_warnings(scans, index, allowance), *check_tables(source, image, scans), *told),
        all(scan.damage is None for scan in scans),
        dockerfile=dockerfile,
    )


def _warnings(scans: list[LayerScan], index: FileIndex, allowance: Allowance) -> list[str]:
    warnings: list[str] = []
    seen: set[int] = set()
    for position, scan in enumerate(scans):
        if id(scan) not in seen:
            seen.add(id(scan))
            if scan.damage:
                warnings.append(f"Layer {position} is damaged and was read in part: {scan.damage}")
            warnings += [f"Layer {position}: {text}" for text in (*scan.warnings, *scan.blob_warnings)]
            if scan.blob_bytes is not None and allowance.is_suspicious(scan.tar_bytes, scan.blob_bytes):
                times = f"over {allowance.ratio} times its size"
                warnings.append(f"Layer {position}: It unpacks to {times} and may be meant to exhaust its readers.")
        if index.idle_whiteouts[position]:
            warnings.append(f"Layer {position}: {index.idle_whiteouts[position]} whiteouts hide nothing.")
    for row in index.broken_links[:20].tolist():
        warnings.append(f"Layer {index.layers[row]}: the hard link {safe_text(index.path(row))} leads to no file.")
    if len(index.broken_links) > 20:
        warnings.append(f"{len(index.broken_links) - 20} more hard links lead to no file.")
    return warnings
