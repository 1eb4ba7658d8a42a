"""apk's cache in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="apk-cache",
    title="apk's cache is in the image",
    categories=("apk-cache",),
    why="`apk update` downloads the index of all packages; it is only needed while packages are installed.",
    fix="Install with `--no-cache`, which fetches the index and keeps nothing.",
    dockerfile=("RUN apk add --no-cache python3",),
    least_bytes=1_000,
    order=10,
)
