"""What a command needs once an image is taken apart, loaded while a fork still reads it."""

from importlib import import_module

_FOLLOWING = ("layerscope.budget.judge", "layerscope.cli.console")


def load_following() -> None:
    """Load it; what is not needed after all was loaded on time that would have been spent waiting."""
    for name in _FOLLOWING:
        import_module(name)
