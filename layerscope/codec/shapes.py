"""Which fields the records of a file have: it may come from another version, or from somebody else."""

from typing import Any

from layerscope.codec.codec import damaged


def as_shapes(data: Any) -> dict[str, list[str]]:
    """The fields of each class of records; raises MalformedImage for anything else."""
    lists = data.values() if type(data) is dict else [None]
    if not all(type(names) is list and all(type(name) is str for name in names) for names in lists):
        raise damaged("it does not say which fields its values have")
    return dict(data)
