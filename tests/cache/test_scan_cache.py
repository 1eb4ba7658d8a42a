"""A second run reads nothing again that is known, reports the same bytes, and believes no archive's claims."""

import hashlib
import os
import random
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from layerscope.blob.access import StreamAccess
from layerscope.errors import DigestMismatch, ImageError
from layerscope.layers.probe import ProbeSet
from layerscope.oci.digest import Digest
from layerscope.probes import PROBES
from layerscope.progress import SilentProgress
from layerscope.scanning.blobs import scan_blobs
from layerscope.sources.options import OpenOptions
from layerscope.sources.source import Blob, ContentAddressed
from tests.cache.keeping import counting, opened, plain_content, report, wait_until_settled, written
from tests.images import compress, docker_archive, file, layer, oci_archive, oci_layout, write_layout

SAMPLES = Path(__file__).parents[2] / "sample_images"
BASE = layer(file("usr/lib/libbase.so", random.Random(1).randbytes(4_000_000)), file("etc/motd", b"hello"))
APP = layer(file("app/model.bin", random.Random(2).randbytes(3_000_000)), file("app/again.bin", b"x" * 200_000))
OTHER = layer(file("app/model.bin", random.Random(3).randbytes(3_000_000)), file("app/third.bin", b"x" * 200_000))
# A read of headers fetches what lies around them; contents are far more than that.
LITTLE_BYTES = 1_000_000
VERIFY = OpenOptions(verify=True)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.tar")), ids=lambda path: path.name)
def test_a_cached_report_is_the_same_to_the_byte(path: Path, tmp_path: Path) -> None:
    wait_until_settled(path)
    fresh = report(path, None)
    assert report(path, tmp_path / "cache") == fresh
    with counting() as second:
        assert report(path, tmp_path / "cache") == fresh
    with counting() as bare:
        report(path, None)
    assert second.count_bytes < bare.count_bytes


def test_layers_of_an_archive_are_not_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "image.tar", docker_archive([BASE, APP], flavour="modern"))
    with counting() as first:
        fresh = report(path, tmp_path / "cache", VERIFY)
    assert first.count_bytes > len(BASE) + len(APP)
    for _ in range(2):
        assert report(path, tmp_path / "cache") == report(path, None)
    with counting() as again:
        report(path, tmp_path / "cache")
    assert again.count_bytes < LITTLE_BYTES
    # Who asks for every byte gets it read.
    with counting() as verified:
        assert report(path, tmp_path / "cache", VERIFY) == fresh
    assert verified.count_bytes > len(BASE) + len(APP)


def test_of_a_rebuilt_image_only_the_new_layer_is_read(tmp_path: Path) -> None:
    folder, cache = tmp_path / "layout", tmp_path / "cache"
    first, second = oci_layout([BASE, APP]), oci_layout([BASE, OTHER])
    write_layout(first, folder)
    kept = next(folder / path for path, content in first.items() if content == compress(BASE, "gzip"))
    wait_until_settled(kept)
    report(folder, cache)
    added = {path: content for path, content in second.items() if path not in first or path == "index.json"}
    write_layout(added, folder)
    for path in second:
        wait_until_settled(folder / path)
    with counting() as reads:
        rebuilt = report(folder, cache)
    new_bytes = len(compress(OTHER, "gzip"))
    assert new_bytes < reads.count_bytes < new_bytes + LITTLE_BYTES
    assert rebuilt == report(folder, None)
    with counting() as reads:
        assert report(folder, cache) == rebuilt
    assert reads.count_bytes < LITTLE_BYTES


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_an_archive_that_lies_about_its_layers_gets_no_others_scan(tmp_path: Path, compression: str) -> None:
    honest = oci_layout([BASE, APP], compression=compression)  # type: ignore[arg-type]
    # The same names, sizes and claims, and another layer's bytes under them.
    claimed, given = (compress(tar, compression) for tar in (APP, OTHER))  # type: ignore[arg-type]
    lying = {path: given if content == claimed else content for path, content in honest.items()}
    assert lying != honest
    good = written(tmp_path / "good.tar", oci_archive(honest))
    bad = written(tmp_path / "bad.tar", oci_archive(lying))
    told = report(good, tmp_path / "cache")
    for _ in range(2):
        assert outcome(bad, tmp_path / "cache") == outcome(bad, None)
    assert outcome(bad, None) != told.replace(b"good.tar", b"bad.tar")
    assert report(good, tmp_path / "cache") == told == report(good, None)


def test_a_lie_that_was_read_first_does_no_harm_either(tmp_path: Path) -> None:
    honest = docker_archive([BASE, APP], flavour="old")
    lying = honest.replace(APP, OTHER)
    assert len(lying) == len(honest) != lying.count(APP)
    bad, good = written(tmp_path / "bad.tar", lying), written(tmp_path / "good.tar", honest)
    report(bad, tmp_path / "cache")
    assert report(good, tmp_path / "cache") == report(good, None)


def outcome(path: Path, cache: Path | None) -> bytes:
    """The report, or the error's text."""
    try:
        return report(path, cache)
    except ImageError as error:
        return str(error).encode()


def test_a_file_that_was_changed_in_place_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "image.tar", docker_archive([BASE, APP], flavour="modern"))
    before, status = report(path, tmp_path / "cache"), path.stat()
    changed = path.read_bytes().replace(b"app/again.bin", b"app/other.bin")
    with path.open("r+b") as archive:
        archive.write(changed)
    # Even with the old time put back: what the operating system notes besides cannot be.
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    wait_until_settled(path)
    assert report(path, tmp_path / "cache") == report(path, None) != before


def test_a_file_that_is_being_written_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive([BASE, APP], flavour="modern"))
    # A time ahead of the clock, as of a file that is written this very moment.
    ahead = 10 * 365 * 86_400 * 10**9 + path.stat().st_mtime_ns
    os.utime(path, ns=(ahead, ahead))
    report(path, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_damage_is_noticed_and_mended(tmp_path: Path) -> None:
    layers = [layer(file("etc/motd", b"hello")), layer(file("etc/motd", b"olleh"), file("app/a", b"x" * 999))]
    path, cache = written(tmp_path / "image.tar", oci_archive(oci_layout(layers))), tmp_path / "cache"
    fresh = report(path, cache)
    whole = {kept: kept.read_bytes() for kept in cache.iterdir()}
    assert len(whole) >= 7
    choose = random.Random(4)
    for kept, content in whole.items():
        place = choose.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] ^= 1 << choose.randrange(8)
        for damaged in (bytes(flipped), content[:place], b"", next(iter(whole.values())) + b"x"):
            kept.write_bytes(damaged)
            assert report(path, cache) == fresh
            assert kept.read_bytes() == content


def test_a_record_under_anothers_name_is_not_taken(tmp_path: Path) -> None:
    first = written(tmp_path / "first.tar", docker_archive([BASE], flavour="modern"))
    second = written(tmp_path / "second.tar", docker_archive([APP], flavour="modern"))
    report(first, tmp_path / "one")
    report(second, tmp_path / "two")
    of_first, of_second = (min((tmp_path / name).glob("part-*")) for name in ("one", "two"))
    of_second.write_bytes(of_first.read_bytes())
    assert report(second, tmp_path / "two") == report(second, None)


def test_a_damaged_layer_is_not_kept(tmp_path: Path) -> None:
    cut = APP[:100_000]
    path = written(tmp_path / "image.tar", docker_archive([BASE, cut], flavour="modern"))
    first = report(path, tmp_path / "cache")
    assert b'"complete": false' in first
    assert len(list((tmp_path / "cache").glob("part-*"))) == 1
    assert report(path, tmp_path / "cache") == first


def test_bounds_hold_for_what_is_known_as_well(tmp_path: Path) -> None:
    path = written(tmp_path / "image.tar", oci_archive(oci_layout([BASE])))
    low = OpenOptions(unpacked_limit_bytes=1_000_000)
    fresh, bounded = report(path, None), report(path, None, low)
    assert report(path, tmp_path / "cache") == fresh
    assert report(path, tmp_path / "cache", low) == bounded
    assert b'"complete": false' in bounded
    assert report(path, tmp_path / "cache") == fresh


def test_no_secret_is_written(tmp_path: Path) -> None:
    secret, in_config, in_history = (f"AKIA{word}EXAMPLEKEY7" for word in ("FILEX", "CONFG", "HISTO"))
    other_secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1234"
    key = f"[default]\naws_access_key_id = {secret}\naws_secret_access_key = {other_secret}\n"
    tar = layer(file("root/.aws/credentials", key.encode()), file("app/main.py", b"import torch\n"))
    history = [{"created_by": f"RUN aws configure set aws_access_key_id {in_history}"}]
    image = {"env": [f"AWS_ACCESS_KEY_ID={in_config}"], "history": history}
    files = oci_layout([tar], **image)  # type: ignore[arg-type]
    path = written(tmp_path / "image.tar", oci_archive(files))
    assert b"secrets-in-files" in report(path, tmp_path / "cache")
    assert b"secrets-in-files" in report(path, tmp_path / "cache")
    plain = b"".join(plain_content(kept) for kept in (tmp_path / "cache").iterdir())
    assert b"secret-file" in plain
    for word in (secret, other_secret, in_config, in_history):
        assert word.encode() not in plain


class Registry:
    """A source whose keeper finds blobs by their digests, and notes which were fetched."""

    is_passing = False
    kind = "registry"

    def __init__(self, blobs: list[bytes], digest: Digest | None = None) -> None:
        self.fetched: list[str] = []
        self._blobs = blobs
        self._digest = digest

    def blobs(self):
        for content in self._blobs:
            digest = self._digest or Digest("sha256", hashlib.sha256(content).hexdigest())
            access = StreamAccess(partial(self._fetch, digest.encoded, content), digest, len(content))
            yield Blob(str(digest), access, len(content), ContentAddressed())

    def _fetch(self, name: str, content: bytes) -> BytesIO:
        self.fetched.append(name)
        return BytesIO(content)

    def image(self):
        raise AssertionError("nobody asks for it")

    def close(self) -> None:
        pass


def test_what_is_found_by_its_digest_is_fetched_once(tmp_path: Path) -> None:
    base, app, other = (compress(tar, "gzip") for tar in (BASE, APP, OTHER))
    first, rebuilt = Registry([base, app]), Registry([base, other])
    for registry in (first, rebuilt):
        with opened(tmp_path / "cache") as cache:
            scans = scan_blobs(registry, ProbeSet(PROBES), SilentProgress(), lambda *_: None, cache)
        assert [len(scan) for scan in scans.values() if not isinstance(scan, ImageError)] == [2, 2]
    assert set(first.fetched) == {hashlib.sha256(blob).hexdigest() for blob in (base, app)}
    assert rebuilt.fetched == [hashlib.sha256(other).hexdigest()]


def test_a_blob_with_another_digest_than_promised_is_not_kept(tmp_path: Path) -> None:
    registry = Registry([compress(APP, "gzip")], digest=Digest("sha256", "0" * 64))
    with opened(tmp_path / "cache") as cache, pytest.raises(DigestMismatch):
        scan_blobs(registry, ProbeSet(PROBES), SilentProgress(), lambda *_: None, cache)
    assert list((tmp_path / "cache").iterdir()) == []
