"""Data files of this folder, read once."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def load(name: str) -> Any:
    """The JSON document of that name; nobody may change it."""
    return json.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))
