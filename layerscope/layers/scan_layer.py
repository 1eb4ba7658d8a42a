"""`scan_layer`: the one expensive step, and the unit of work that runs in parallel."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from msgspec.structs import replace

from layerscope.blob.access import LayerAccess, SeekAccess, StoreAccess, StreamAccess
from layerscope.blob.allowance import Allowance, LayerEntries
from layerscope.blob.checked import HashingThread, Tapped
from layerscope.blob.compression import Decompressing, sniff
from layerscope.blob.prefixed import Prefixed, read_fully
from layerscope.blob.sampled import Sampled
from layerscope.errors import DigestMismatch, LimitExceeded, MalformedImage, StoreUnusable
from layerscope.layers.builder import ScanBuilder
from layerscope.layers.capture import Capture
from layerscope.layers.columns import Integers, frozen
from layerscope.layers.content_hashes import ContentHashes
from layerscope.layers.entry import Kind
from layerscope.layers.probe import AnyProbe, PartProbe, ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.seeking import SeekingScanner, apply_probe, warn_unread
from layerscope.layers.transfer_shares import end_records, share_transfer
from layerscope.oci.digest import Digest
from layerscope.oci.media_type import labelled_compression
from layerscope.tar.inputs import StreamInput, TarInput
from layerscope.tar.walk import Record, walk

_SNIFF_BYTES = 512
_ENTRIES_AT_ONCE = 1_024


def scan_layer(
    access: LayerAccess,
    probes: ProbeSet,
    advance: Callable[[int], None] = lambda _: None,
    allowance: Allowance | None = None,
) -> LayerScan:
    """Read one layer; `advance` gets the bytes of the blob that were read since its last call.

    `allowance` is what all layers of the image may unpack to together. A layer that is damaged or goes beyond it comes
    back with the entries before that and the reason. Raises DigestMismatch when a stream is not what its digest
    promises, and whatever the access raises.
    """
    allowance = allowance or Allowance()
    if isinstance(access, StoreAccess):
        return _scan_store(access, probes, advance, allowance)
    if isinstance(access, SeekAccess):
        return _scan_seeking(access, probes, advance, allowance)
    return _scan_stream(access, probes, advance, allowance)


def _scan_seeking(
    access: SeekAccess, probes: ProbeSet, advance: Callable[[int], None], allowance: Allowance
) -> LayerScan:
    scanner = SeekingScanner(access, probes, advance, allowance)
    damage = scanner.scan()
    return _finish(scanner.builder, damage, tar_bytes=access.reader.size_bytes, compression="none")


def _scan_store(
    access: StoreAccess, probes: ProbeSet, advance: Callable[[int], None], allowance: Allowance
) -> LayerScan:
    """As by seeking; headers and contents must agree on what lies where, or the tar in the store is another one."""
    scan = _scan_seeking(access, probes, advance, allowance)
    if scan.damage:
        raise StoreUnusable(f"A layer's headers in the store are no tar: {scan.damage}")
    rows = np.flatnonzero(scan.sizes)
    marks = np.zeros(len(scan), np.uint64)
    marks[rows] = access.contents.marks(scan.content_starts[rows], scan.sizes[rows])
    return replace(scan, content_marks=frozen(marks, np.uint64))


def _scan_stream(
    access: StreamAccess, probes: ProbeSet, advance: Callable[[int], None], allowance: Allowance
) -> LayerScan:
    # One for the blob and one for what is in it: where zstd unpacks, one for both would be what all wait for.
    threads = HashingThread(), HashingThread()
    try:
        return _scan_checked(access, probes, advance, allowance, threads=threads)
    finally:
        for thread in threads:
            thread.finish()


def _scan_checked(
    access: StreamAccess,
    probes: ProbeSet,
    advance: Callable[[int], None],
    allowance: Allowance,
    *,
    threads: tuple[HashingThread, HashingThread],
) -> LayerScan:
    promised = access.digest
    blob_thread, thread = threads
    blob = Tapped(access.open(), (promised or _ANY_DIGEST).hasher(), blob_thread, advance)
    prefix = read_fully(blob, _SNIFF_BYTES)
    compression = sniff(prefix)
    warnings = _check_label(access.media_type, compression)
    raw = Prefixed(prefix, blob)
    unpacker = Decompressing(raw, compression, allowance=allowance) if compression != "none" else None
    # Nothing to decompress: the tar is the blob, and one hash serves for both where the algorithm is the same.
    shared = unpacker is None and blob.hasher.name == "sha256"
    unpacked = Tapped(unpacker or raw, _ANY_DIGEST.hasher(), thread)
    sampled = None if unpacker else Sampled(raw if shared else unpacked)
    source = StreamInput(sampled or unpacked)
    builder = ScanBuilder()
    hashes = ContentHashes(builder, thread)

    def visit(record: Record, path: bytes, kind: Kind) -> None:
        if kind is not Kind.FILE or not record.size:
            return
        probe = probes.wanting(path, record.mode)
        keeper = _keeper(probe, record)
        sparse_map = record.sparse.map_hash if record.sparse else None
        hashes.add(_pieces(source, record, keeper), record.size, sparse_map)
        if probe is not None:
            _apply(builder, probe, path, keeper)

    packed_before = access.packed_bytes() if access.packed_bytes else 0

    def packed_bytes() -> int:
        own_bytes = unpacker.used_bytes if unpacker else source.position
        return min(own_bytes, access.packed_bytes() - packed_before) if access.packed_bytes else own_bytes

    damage = _walk(source, builder, visit, LayerEntries(allowance), packed_bytes)
    damage_behind = _drain(source, blob)
    damage = damage or damage_behind
    blob_thread.finish()
    hashes.finish()
    warnings.extend(unpacker.warnings if unpacker else ())
    if promised is not None:
        _check_digest(access, blob)
    return _finish(
        builder,
        damage,
        tar_bytes=source.position,
        compression=compression,
        unpacker=unpacker,
        sampled=sampled,
        blob_bytes=blob.count_bytes,
        blob_digest=promised,
        diff_id=None if damage and unpacker else Digest("sha256", (blob if shared else unpacked).hasher.hexdigest()),
        blob_warnings=tuple(warnings),
    )


_ANY_DIGEST = Digest("sha256", "0" * 64)


_Keeper = list[bytes] | Capture


def _keeper(probe: AnyProbe | None, record: Record) -> _Keeper | None:
    """What keeps a content, or parts of it, for a probe; None where nothing is to be kept."""
    if probe is None or record.sparse:
        return None
    if isinstance(probe, PartProbe):
        return Capture(probe, record.size)
    return [] if record.size <= probe.limit_bytes else None


def _apply(builder: ScanBuilder, probe: AnyProbe, path: bytes, keeper: _Keeper | None) -> None:
    """Let a probe read what was kept of the record that was added last."""
    row = len(builder) - 1
    if keeper is None:
        warn_unread(builder, probe, path)
    elif isinstance(keeper, list):
        apply_probe(builder, probe, row, path, b"".join(keeper))
    elif keeper.is_wanted:
        apply_probe(builder, probe, row, path, keeper)


def _pieces(source: TarInput, record: Record, keeper: _Keeper | None) -> Iterable[memoryview]:
    for piece in source.content(record.data_end - record.data_offset):
        if isinstance(keeper, Capture):
            keeper.feed(piece)
        elif keeper is not None:
            keeper.append(bytes(piece))
        yield piece


def _walk(
    source: TarInput,
    builder: ScanBuilder,
    visit: Callable[[Record, bytes, Kind], None],
    entries: LayerEntries,
    packed_bytes: Callable[[], int],
) -> str | None:
    """Add every record; returns the reason where the tar is damaged or there is too much of it."""
    end = 0
    try:
        for record in walk(source):
            if not (len(builder) + 1) % _ENTRIES_AT_ONCE:
                entries.take(_ENTRIES_AT_ONCE, packed_bytes())
            path, kind = builder.add(record)
            end = record.data_end
            visit(record, path, kind)
            if further := builder.take_further_entries():
                entries.take(further, packed_bytes())
    except (MalformedImage, LimitExceeded) as error:
        if source.position < end:
            builder.drop_contents()
        return str(error)
    return None


def _drain(source: StreamInput, blob: Tapped) -> str | None:
    """Read what is left, so that digests cover it; returns the reason where it is damaged."""
    damage = None
    try:
        source.drain()
    except (MalformedImage, LimitExceeded) as error:
        damage = str(error)
    while blob.read(1 << 20):
        pass
    return damage


def _check_label(media_type: str | None, compression: str) -> list[str]:
    label = labelled_compression(media_type)
    if label is None or label == compression:
        return []
    return [f"The layer's media type says {label}, its bytes are {compression}."]


def _check_digest(access: StreamAccess, blob: Tapped) -> None:
    promised = access.digest
    if promised is not None and blob.hasher.hexdigest() != promised.encoded:
        raise DigestMismatch(
            f"The blob {promised} has other bytes than its digest says: "
            f"{blob.count_bytes} bytes of {promised.algorithm}:{blob.hasher.hexdigest()}.",
            hint="It was damaged or replaced; fetch or save the image again.",
        )


def _finish(
    builder: ScanBuilder,
    damage: str | None,
    *,
    tar_bytes: int,
    compression: str,
    unpacker: Decompressing | None = None,
    sampled: Sampled | None = None,
    blob_bytes: int | None = None,
    blob_digest: Digest | None = None,
    diff_id: Digest | None = None,
    blob_warnings: tuple[str, ...] = (),
) -> LayerScan:
    columns = builder.columns()
    return LayerScan(
        **columns,
        transfer_bytes=_share_transfer(columns, unpacker, tar_bytes) if unpacker else None,
        transfer_estimate_bytes=_share_transfer(columns, sampled, tar_bytes) if sampled else None,
        facts=tuple(builder.facts),
        tar_bytes=tar_bytes,
        blob_bytes=blob_bytes,
        compression=compression,
        blob_digest=blob_digest,
        diff_id=diff_id,
        damage=damage,
        warnings=tuple(builder.warnings),
        blob_warnings=blob_warnings,
    )


def _share_transfer(columns: dict[str, Any], packed: Decompressing | Sampled, tar_bytes: int) -> Integers:
    ends = end_records(columns["content_starts"], columns["sizes"], tar_bytes)
    return share_transfer(packed.marks, ends, tar_bytes=tar_bytes, used_bytes=packed.used_bytes)
