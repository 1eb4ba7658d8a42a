"""Images that skopeo pushed into Debian's registry: the same answers as from the archive, whoever asks for a login."""

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.errors import ImageError, ImageNotFound, SourceUnavailable
from layerscope.pipeline import analyze_image
from tests.cache.keeping import report
from tests.cli.run import NO_ENGINE
from tests.cli.run import layerscope as run_layerscope
from tests.engine.recording import Recording
from tests.engine.registries import Registry, sent_blobs, served_registry
from tests.sources.registry.token_server import TokenServer, serving_tokens
from tests.sources.sample import BASE, LAYERS, PYTHON, analyze, archive, layout, summary, write
from tests.tools import tool

USER, PASSWORD = "somebody", "p4ss:w0rd"
# bcrypt of the password, as htpasswd would write it; a registry takes nothing else.
HTPASSWD = f"{USER}:$2b$04$jh9e2U5tD1o4NzTgeY5HyuqAImm2kCmch1Z9uuD/lZBFzUtc0DNwa\n"
REFRESH_TOKEN = "a refresh token"
ARM = (BASE, PYTHON)


@dataclass(frozen=True, slots=True)
class Registries:
    """One store behind three registries, and the image as an archive."""

    plain: Registry
    basic: Registry
    token: Registry
    tokens: TokenServer
    archive: str


@pytest.fixture(scope="module")
def registries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registries]:
    """Serve the sample image in all forms, without a login, with a password, and with a token."""
    tool("docker-registry")
    folders = [tmp_path_factory.mktemp(name) for name in ("plain", "basic", "token")]
    store = folders[0] / "store"
    (folders[1] / "htpasswd").write_text(HTPASSWD)
    password_auth = f"auth: {{htpasswd: {{realm: basic-realm, path: {folders[1]}/htpasswd}}}}\n"
    accounts, refresh_tokens = {USER: PASSWORD}, frozenset({REFRESH_TOKEN})
    with (
        served_registry(folders[0]) as plain,
        served_registry(folders[1], store=store, auth=password_auth) as basic,
        serving_tokens(folders[2], accounts=accounts, refresh_tokens=refresh_tokens) as tokens,
        served_registry(folders[2], store=store, auth=tokens.registry_auth()) as token,
    ):
        path = write(folders[0], archive("old"))
        forms = {
            "gzip": ["--format=v2s2", f"docker-archive:{path}"],
            "oci-gzip": ["--format=oci", f"docker-archive:{path}"],
            "oci-zstd": ["--format=oci", "--dest-compress-format=zstd", f"docker-archive:{path}"],
            "oci-none": [f"oci:{write(folders[0], layout(compression='none'), 'none')}"],
            "attested": ["--all", f"oci:{write(folders[0], layout(attestation=True, nested=True), 'attested')}"],
            "platforms": ["--all", f"oci:{write(folders[0], _platforms(), 'platforms')}"],
        }
        for name, options in forms.items():
            push(options, f"docker://{plain.address}/some/sample:{name}")
        yield Registries(plain, basic, token, tokens, path)


def _platforms() -> dict[str, bytes]:
    """Return the image for amd64 and a smaller one for arm64, under one name."""
    images = {"linux/amd64": LAYERS, "linux/arm64/v8": ARM}
    return layout(images, nested=True, history=None)


def push(options: list[str], to: str) -> None:
    """Let skopeo copy an image into a registry."""
    command = [tool("skopeo"), "copy", "--quiet", "--dest-tls-verify=false", *options, to]
    subprocess.run(command, capture_output=True, check=True, timeout=60)


def log_in(home: Path, host: str, entry: dict[str, Any] | None = None) -> None:
    """Write what `docker login` writes."""
    usual = {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker/config.json").write_text(json.dumps({"auths": {host: entry or usual}}))


def content(analysis: layerscope.Analysis) -> dict[str, Any]:
    """Return what an analysis says of the image, less its ID: skopeo writes a configuration anew for another format."""
    return {key: value for key, value in summary(analysis).items() if key != "image"}


@pytest.mark.parametrize("form", ["gzip", "oci-gzip", "oci-zstd", "oci-none", "attested"])
def test_same_analysis_as_from_the_archive(registries: Registries, form: str) -> None:
    found = analyze(f"registry:{registries.plain.address}/some/sample:{form}")
    assert content(found) == content(analyze(registries.archive))
    assert found.image.source == "registry"
    assert all(total.is_verified for total in found.layer_totals)


@pytest.mark.parametrize("form", ["gzip", "oci-zstd"])
def test_transfer_and_digests_are_those_of_the_manifest(registries: Registries, form: str) -> None:
    address = f"{registries.plain.address}/some/sample"
    raw = subprocess.run(
        [tool("skopeo"), "inspect", "--raw", "--tls-verify=false", f"docker://{address}:{form}"],
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    layers = json.loads(raw)["layers"]
    found = analyze(f"registry:{address}:{form}")
    assert [str(layer.digest) for layer in found.image.layers] == [layer["digest"] for layer in layers]
    sizes = {layer["digest"]: layer["size"] for layer in layers}
    assert found.transfer.measured_bytes == sum(sizes.values())
    by_digest = analyze(f"registry:{address}@{found.image.manifest_digest}")
    assert content(by_digest) == content(found)


def test_each_blob_is_fetched_once(tmp_path: Path) -> None:
    tool("docker-registry")
    with served_registry(tmp_path) as registry:
        push([f"oci:{write(tmp_path, layout(), 'layout')}"], f"docker://{registry.address}/sample:1")
        found = analyze(f"registry:{registry.address}/sample:1")
        requests = registry.requests()
    asked = [line for line in requests.splitlines() if "layerscope/" in line]
    sizes = {str(layer.digest): layer.blob_size_bytes for layer in found.image.layers}
    sent = sent_blobs("\n".join(asked))
    assert {digest: sent[digest] for digest in sizes} == sizes
    assert set(sent) - set(sizes) == {str(found.image.image_id)}
    assert sum("/manifests/" in line for line in asked) == 1


def test_known_layers_are_not_fetched_again(tmp_path: Path) -> None:
    tool("docker-registry")
    with served_registry(tmp_path) as registry:
        for tag, layers in (("1", [BASE, PYTHON]), ("2", LAYERS)):
            push(
                [f"oci:{write(tmp_path, layout(layers, history=None), tag)}"],
                f"docker://{registry.address}/sample:{tag}",
            )
        reports, fetched = [], []
        for tag, folder in (("1", "cache"), ("1", "cache"), ("2", "cache"), ("2", "other")):
            before = len(registry.requests())
            reports.append(report(f"registry:{registry.address}/sample:{tag}", tmp_path / folder))
            asked = [line for line in registry.requests()[before:].splitlines() if "layerscope/" in line]
            fetched.append(sum("/blobs/" in line for line in asked))
    # The configuration is fetched each time, and with it both layers, none, the new ones, and all.
    assert fetched == [3, 1, len({*LAYERS}) - 1, len({*LAYERS}) + 1]
    assert reports[0] == reports[1]
    assert reports[2] == reports[3]


def test_platforms(registries: Registries) -> None:
    reference = f"registry:{registries.plain.address}/some/sample:platforms"
    large, small = (analyze(reference, platform=platform) for platform in ("linux/amd64", "linux/arm64"))
    assert large.image.config.diff_ids != small.image.config.diff_ids
    assert [str(item.image.platform) for item in (large, small)] == ["linux/amd64", "linux/arm64/v8"]
    assert large.index.stored_bytes - small.index.stored_bytes == 20_004 + 9_000 + 800 + 44 + 47 + 700
    with pytest.raises(ImageNotFound, match=r"holds no image for linux/s390x.* --platform"):
        analyze(reference, platform="linux/s390x")


def test_password(registries: Registries, home: Path) -> None:
    reference = f"registry:{registries.basic.address}/some/sample:gzip"
    with pytest.raises(SourceUnavailable, match=f"docker login {registries.basic.address}"):
        analyze(reference)
    log_in(home, registries.basic.address)
    assert content(analyze(reference)) == content(analyze(registries.archive))


def test_wrong_password(registries: Registries, home: Path) -> None:
    log_in(home, registries.basic.address, {"username": USER, "password": "not the password"})
    with pytest.raises(SourceUnavailable, match="not accepted") as caught:
        analyze(f"registry:{registries.basic.address}/some/sample:gzip")
    assert "not the password" not in str(caught.value)


def test_token_for_a_password(registries: Registries, home: Path) -> None:
    registries.tokens.asked.clear()
    reference = f"registry:{registries.token.address}/some/sample:oci-gzip"
    with pytest.raises(SourceUnavailable, match="gives no token for some/sample: HTTP 401, incorrect user"):
        analyze(reference)
    log_in(home, registries.token.address)
    assert content(analyze(reference)) == content(analyze(registries.archive))
    (_, _, anonymous), (method, form, header) = registries.tokens.asked
    assert (anonymous, method) == ("", "GET")
    assert form == {"extra": "1", "service": "the registry", "scope": "repository:some/sample:pull"}
    assert header == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def test_token_for_a_refresh_token(registries: Registries, home: Path) -> None:
    registries.tokens.asked.clear()
    log_in(home, registries.token.address, {"identitytoken": REFRESH_TOKEN})
    found = analyze(f"registry:{registries.token.address}/some/sample:oci-zstd")
    assert content(found) == content(analyze(registries.archive))
    ((method, form, header),) = registries.tokens.asked
    assert (method, header) == ("POST", "")
    assert form["refresh_token"] == REFRESH_TOKEN


def test_unknown_names(registries: Registries) -> None:
    for name in ("some/sample:none", "no/such:1"):
        with pytest.raises(ImageNotFound, match=rf"{registries.plain.address} has no image {name}: HTTP 404"):
            analyze(f"registry:{registries.plain.address}/{name}")


def test_progress(registries: Registries) -> None:
    progress = Recording()
    analysis = analyze_image(f"registry:{registries.plain.address}/some/sample:gzip", progress=progress)
    assert progress.stages[0] == f"Asking the registry {registries.plain.address}"
    sizes = {layer.blob: layer.blob_size_bytes for layer in analysis.image.layers}
    assert progress.totals == progress.counts == sizes


def test_registry_is_the_last_to_be_asked(registries: Registries, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NO_ENGINE.items():
        monkeypatch.setenv(name, value)
    reference = f"{registries.plain.address}/some/sample:gzip"
    assert layerscope.analyze(reference).image.source == "registry"
    with pytest.raises(ImageError, match="Nobody has the image") as caught:
        layerscope.analyze(reference, pull="never")
    assert "registry" not in str(caught.value).replace(reference, "")
    with pytest.raises(ImageError, match="Nobody has the image") as caught:
        layerscope.analyze(f"{registries.plain.address}/some/sample:none")
    for said in ("Docker Engine does not answer", "Podman's socket is not there", "has no image some/sample:none"):
        assert said in str(caught.value)


def test_command(registries: Registries) -> None:
    done = run_layerscope("analyze", f"registry:{registries.plain.address}/some/sample:attested", "--json", "-")
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout)
    assert document["image"]["source"] == "registry"
    assert document["sizes"]["stored_bytes"] == analyze(registries.archive).index.stored_bytes


def test_archive_of_the_same_tool(registries: Registries, tmp_path: Path) -> None:
    """What skopeo fetches from the registry says the same as the registry, transfer included."""
    subprocess.run(
        [
            *(tool("skopeo"), "copy", "--quiet", "--src-tls-verify=false"),
            *(f"docker://{registries.plain.address}/some/sample:oci-gzip", f"oci-archive:{tmp_path}/fetched.tar:name"),
        ],
        capture_output=True,
        check=True,
        timeout=60,
    )
    direct, fetched = (
        analyze(reference)
        for reference in (f"registry:{registries.plain.address}/some/sample:oci-gzip", f"{tmp_path}/fetched.tar")
    )
    assert content(direct) == content(fetched)
    assert direct.transfer.of_rows is not None
    assert fetched.transfer.of_rows is not None
    assert direct.transfer.of_rows.tolist() == fetched.transfer.of_rows.tolist()
