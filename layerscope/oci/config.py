"""The image configuration: how the image runs, its diff IDs and its history (OCI image-spec, config.md)."""

from msgspec import Struct

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.digest import Digest
from layerscope.oci.document import CONFIG_LIMIT_BYTES, JsonObject, parse_object
from layerscope.oci.manifest import LAYER_LIMIT
from layerscope.oci.platform import Platform

_HISTORY_LIMIT = 10_000


class History(Struct, frozen=True):
    """One build step; an empty layer changed the configuration only."""

    created_by: str
    comment: str
    empty_layer: bool


class ImageConfig(Struct, frozen=True):
    """What the configuration says; `diff_ids[0]` is the bottom layer."""

    platform: Platform
    diff_ids: tuple[Digest, ...]
    history: tuple[History, ...]
    user: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    env: tuple[str, ...]
    labels: dict[str, str]
    has_healthcheck: bool


def parse_config(content: bytes, what: str) -> ImageConfig:
    """Read a configuration; raises MalformedImage and LimitExceeded."""
    document = parse_object(content, what, limit_bytes=CONFIG_LIMIT_BYTES)
    rootfs = document.object("rootfs")
    if rootfs is None:
        raise MalformedImage(f"{what} is not an image configuration: it has no rootfs.")
    diff_ids, history = rootfs.texts("diff_ids"), document.objects("history")
    if len(diff_ids) > LAYER_LIMIT or len(history) > _HISTORY_LIMIT:
        raise LimitExceeded(f"{what} lists {len(diff_ids)} layers and {len(history)} build steps.")
    run = document.object("config") or JsonObject({}, what)
    healthcheck = run.object("Healthcheck")
    return ImageConfig(
        Platform(
            document.text("os") or "linux", document.text("architecture") or "unknown", document.text("variant") or None
        ),
        tuple(Digest.parse(item) for item in diff_ids),
        tuple(_history(item) for item in history),
        run.text("User") or "",
        tuple(_command(run, "Entrypoint")),
        tuple(_command(run, "Cmd")),
        tuple(run.texts("Env")),
        run.texts_by_name("Labels"),
        healthcheck is not None and healthcheck.texts("Test") not in ([], ["NONE"]),
    )


def align_history(config: ImageConfig, layer_count: int) -> tuple[History | None, ...]:
    """The build step of each layer, None where the history does not say.

    Steps pair with layers over the entries that are not `empty_layer` and by nothing else; where the counts
    differ they are aligned from the top, since a flattened base loses its lower steps.
    """
    steps: list[History | None] = [step for step in config.history if not step.empty_layer]
    if len(steps) > layer_count:
        return tuple(steps[len(steps) - layer_count :])
    return tuple([None] * (layer_count - len(steps)) + steps)


def _history(document: JsonObject) -> History:
    return History(
        document.text("created_by") or "", document.text("comment") or "", document.get("empty_layer") is True
    )


def _command(document: JsonObject, key: str) -> list[str]:
    value = document.get(key)
    return [value] if isinstance(value, str) else document.texts(key)
