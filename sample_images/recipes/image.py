"""One image in the making: layers, history and configuration grow step by step, as a build goes on."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sample_images.recipes.layer import Layer

BUILDKIT_COMMENT = "buildkit.dockerfile.v0"
STEP_SECONDS = 7


def to_json(value: object) -> bytes:
    """The one spelling of JSON that the archives use."""
    return json.dumps(value, separators=(",", ":")).encode()


@dataclass
class ImageRecipe:
    """`clock` is the time of the next step; `legacy` chooses the spelling of history entries."""

    name: str
    reference: str
    clock: int
    legacy: bool = False
    arguments: tuple[str, ...] = ()
    layers: list[Layer] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=lambda: {"Env": []})

    def later(self, when: int) -> None:
        """Move the clock: the next steps belong to another build."""
        self.clock = when

    def run(self, command: str) -> Layer:
        """A `RUN` instruction and the layer that it makes."""
        if self.legacy:
            return self._layer(f"/bin/sh -c {command}")
        prefix = f"|{len(self.arguments)} {' '.join(self.arguments)} " if self.arguments else ""
        return self._layer(f"RUN {prefix}/bin/sh -c {command} # buildkit")

    def copy(self, source: str, target: str, *, verb: str = "COPY", what: str = "file") -> Layer:
        """A `COPY` or `ADD` instruction and its layer; classic builders show a checksum for the source."""
        if self.legacy:
            checksum = sha256(f"{self.name} {source}".encode()).hexdigest()
            return self._layer(f"/bin/sh -c #(nop) {verb} {what}:{checksum} in {target} ")
        return self._layer(f"{verb} {source} {target} # buildkit")

    def workdir(self, path: str) -> Layer:
        """A `WORKDIR` instruction whose directory did not exist, hence a layer."""
        self.config["WorkingDir"] = path
        layer = self._layer(f"/bin/sh -c #(nop) WORKDIR {path}" if self.legacy else f"WORKDIR {path}")
        layer.directory(path.lstrip("/"))
        return layer

    def env(self, **variables: str) -> None:
        """One `ENV` instruction for each variable."""
        for name, value in variables.items():
            kept = [line for line in self.config["Env"] if not line.startswith(f"{name}=")]
            self.config["Env"] = [*kept, f"{name}={value}"]
            self.note(f"ENV {name}={value}")

    def label(self, name: str, value: str) -> None:
        """A `LABEL` instruction."""
        self.config.setdefault("Labels", {})[name] = value
        self.note(f"LABEL {name}={value}")

    def command(self, *words: str) -> None:
        """A `CMD` instruction."""
        self.config["Cmd"] = list(words)
        self.note(f"CMD {json.dumps(words)}")

    def entrypoint(self, *words: str) -> None:
        """An `ENTRYPOINT` instruction; it takes back a `CMD` of the base."""
        self.config["Entrypoint"] = list(words)
        self.config.pop("Cmd", None)
        self.note(f"ENTRYPOINT {json.dumps(words)}")

    def user(self, user: str) -> None:
        """A `USER` instruction."""
        self.config["User"] = user
        self.note(f"USER {user}")

    def healthcheck(self, *words: str, interval_s: int, timeout_s: int) -> None:
        """A `HEALTHCHECK` instruction, in the Go spelling that BuildKit leaves in the history."""
        second_ns = 1_000_000_000
        test = ["CMD", *words]
        self.config["Healthcheck"] = {
            "Test": test,
            "Interval": interval_s * second_ns,
            "Timeout": timeout_s * second_ns,
            "Retries": 3,
        }
        shown = " ".join(json.dumps(word) for word in test)
        self.note(f'HEALTHCHECK &{{[{shown}] "{interval_s}s" "{timeout_s}s" "0s" "0s" \'\\x03\'}}')

    def note(self, instruction: str) -> None:
        """A step without a layer."""
        self._step(f"/bin/sh -c #(nop)  {instruction}" if self.legacy else instruction, empty=True)

    def config_bytes(self) -> bytes:
        """The image configuration; its SHA-256 is the image ID."""
        diff_ids = [f"sha256:{sha256(layer.tar).hexdigest()}" for layer in self.layers]
        return to_json(
            {
                "architecture": "amd64",
                "config": self.config,
                "created": self.history[-1]["created"],
                "history": self.history,
                "os": "linux",
                "rootfs": {"type": "layers", "diff_ids": diff_ids},
            }
        )

    def _layer(self, created_by: str) -> Layer:
        layer = Layer(self.clock)
        self._step(created_by, empty=False)
        self.layers.append(layer)
        return layer

    def _step(self, created_by: str, *, empty: bool) -> None:
        entry: dict[str, Any] = {"created": timestamp(self.clock), "created_by": created_by}
        if not self.legacy:
            entry["comment"] = BUILDKIT_COMMENT
        if empty:
            entry["empty_layer"] = True
        self.history.append(entry)
        self.clock += STEP_SECONDS


def timestamp(seconds: int) -> str:
    """RFC 3339, as image configurations have it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
