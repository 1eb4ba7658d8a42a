"""Media types of the OCI image specification and Docker's manifest v2 schema 2."""

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"

INDEXES = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFESTS = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})


def is_foreign(media_type: str) -> bool:
    """Whether a layer may lie elsewhere (`nondistributable`, Docker's `foreign`)."""
    return "nondistributable" in media_type or ".foreign." in media_type


def labelled_compression(media_type: str | None) -> str | None:
    """The compression that a layer's media type claims: `gzip`, `zstd`, `none`, or None where it says nothing."""
    if not media_type:
        return None
    for suffix, compression in (("+gzip", "gzip"), (".gzip", "gzip"), ("+zstd", "zstd"), (".zstd", "zstd")):
        if media_type.endswith(suffix):
            return compression
    return "none" if media_type.endswith(".tar") else None
