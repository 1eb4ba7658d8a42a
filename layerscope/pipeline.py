"""The pipeline in one function: a reference becomes an Analysis."""

from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec.structs import replace

from layerscope.advise import make_plan
from layerscope.analysis import Analysis
from layerscope.at_rest import ContentWork
from layerscope.base_image.detected import OwnBase
from layerscope.base_image.identify import identify, identify_base
from layerscope.blob.allowance import Allowance
from layerscope.cache.saves import keep_saved
from layerscope.cache.scan_cache import ScanCache
from layerscope.classify import classify
from layerscope.device_code import measure_device_code
from layerscope.dockerfile.dockerfile import Dockerfile
from layerscope.dockerfile.matched import find_dockerfile, path_from_here, read_dockerfile
from layerscope.errors import StoreUnusable
from layerscope.findings.case import Case
from layerscope.findings.find import find_all
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Rule
from layerscope.findings.rules import all_rules
from layerscope.index.file_index import FileIndex, compare_contents
from layerscope.index.layer_stack import stack_layers
from layerscope.index.owners import assign_owners
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.packages import file_lists
from layerscope.probes import PROBES
from layerscope.progress import Progress, SilentProgress
from layerscope.scanning import find_known, match_scans, scan_blobs
from layerscope.sources.open import open_source
from layerscope.sources.options import OpenOptions
from layerscope.sources.source import ImageSource, close_quietly
from layerscope.switching.candidates import Candidates, recommend
from layerscope.tables.check_tables import check_tables
from layerscope.totals import total_categories, total_layers, total_packages
from layerscope.transfer import share_wire
from layerscope.twins import find_twins
from layerscope.units import safe_text


def analyze_image(
    reference: str,
    options: OpenOptions | None = None,
    progress: Progress | None = None,
    purpose: Purpose = Purpose.PROD,
    *,
    with_device_code: bool = False,
    dockerfile: Path | None = None,
    own_bases: Sequence[OwnBase] = (),
    ignored_rules: Collection[str] = (),
    cache: ScanCache | None = None,
) -> Analysis:
    """Take an image apart; `with_device_code` also reads what its libraries hold for which GPUs.

    `dockerfile` is what the image was built of; without it, the one that the image's provenance holds is used.
    `own_bases` are base images that the caller declares, `ignored_rules` ids of findings that are not looked for.
    What `cache` knows of earlier runs is not read again, and changes nothing of the result.

    Raises UsageError for a reference or an option that makes no sense, and ImageError and its kin for an image that
    cannot be found or read. A damaged layer is no error: the analysis says that it is not complete.
    """
    progress = progress or SilentProgress()
    given = (read_dockerfile(dockerfile), path_from_here(dockerfile)) if dockerfile else None
    options = options or OpenOptions()

    def run(options: OpenOptions) -> Analysis:
        source = open_source(reference, options, progress)
        try:
            analysis = _analyze_source(
                source,
                progress,
                purpose,
                given,
                with_device_code=with_device_code,
                own_bases=own_bases,
                rules=[rule for rule in all_rules() if rule.id not in ignored_rules],
                cache=cache,
                allowance=options.allowance(),
            )
        except BaseException:
            close_quietly(source)
            raise
        source.close()
        return analysis

    try:
        return run(options)
    except StoreUnusable as error:
        progress.note(str(error))
        # Pulled it is by now.
        return run(replace(options, store=False, pull="missing" if options.pull == "always" else options.pull))


def _analyze_source(
    source: ImageSource,
    progress: Progress,
    purpose: Purpose,
    given: tuple[Dockerfile, str] | None,
    *,
    with_device_code: bool,
    own_bases: Sequence[OwnBase],
    rules: Sequence[Rule],
    cache: ScanCache | None,
    allowance: Allowance,
) -> Analysis:
    progress.stage("Reading layers")
    with ContentWork(cache) as contents:
        known = find_known(source, cache, allowance)
        scans = (
            known[1]
            if known
            else scan_blobs(source, ProbeSet(PROBES), progress, contents.add, cache, allowance=allowance)
        )
        image = known[0] if known else source.image()
        matched = match_scans(image, scans)
        if cache is not None and known is None:
            keep_saved(cache, source, image, matched)
        table_warnings = tuple(check_tables(source, image, matched))
        contents.begin(matched)
        progress.stage("Attributing bytes")
        stack = stack_layers(matched)
        owners = assign_owners(stack, file_lists(stack))
        classification = classify(stack, owners)
        progress.stage("Comparing files")
        index = compare_contents(stack, contents.classes)
        transfer = share_wire(image, index, contents.estimates())
    device_code = None
    if with_device_code:
        progress.stage("Reading device code")
        device_code = measure_device_code(index, contents.accesses)
    progress.stage("Finding waste")
    case = Case(image, index, owners, classification, identify_base(image))
    packages, unowned_bytes = total_packages(index, owners)
    findings = find_all(case, purpose, rules)
    base = identify(image, index, owners, own_bases)
    progress.stage("Weighing other bases")
    candidates = Candidates(case, transfer).find(base, own_bases)
    recommended = recommend(candidates)
    matched_dockerfile, told = find_dockerfile(image, given)
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
        case.uses.libraries,
        case.needs,
        candidates,
        recommended,
        findings,
        make_plan(index, transfer, recommended, findings),
        purpose,
        transfer,
        device_code,
        (*_warnings(matched, index, allowance), *table_warnings, *told),
        all(scan.damage is None for scan in matched),
        dockerfile=matched_dockerfile,
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
