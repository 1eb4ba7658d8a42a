"""Whiteouts by name (OCI image-spec, layer.md, "Whiteouts")."""

from layerscope.layers.entry import Kind

PREFIX = b".wh."
_OPAQUE = b".wh..wh..opq"
_INVALID = frozenset({b".wh.", b".wh..", b".wh..."})


def interpret(path: bytes) -> tuple[Kind, bytes] | None:
    """What a normalised path means: a whiteout of a path, an opaque directory, an invalid one; None for plain entries.

    Other names beginning with `.wh..wh.` are left by aufs and are plain entries.
    """
    directory, slash, name = path.rpartition(b"/")
    if not name.startswith(PREFIX):
        return None
    if name == _OPAQUE:
        return Kind.OPAQUE, directory
    if name in _INVALID:
        return Kind.INVALID, path
    if name.startswith(b".wh..wh."):
        return None
    return Kind.WHITEOUT, directory + slash + name[len(PREFIX) :]
