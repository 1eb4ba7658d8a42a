"""What goes wrong with an engine, in its own words and as an error of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import docker.errors

from layerscope.errors import ImageError, LayerscopeError
from layerscope.units import safe_text


@contextmanager
def translated(failure: Callable[[str], ImageError]) -> Iterator[None]:
    """Turn any exception into one of ours.

    The SDK takes an engine's answers and its own configuration at their word, so strange ones raise KeyError,
    TypeError, RecursionError and more, and a context that it cannot read raises Exception itself.
    """
    try:
        yield
    except LayerscopeError:
        raise
    except Exception as error:
        raise failure(_reason(error)) from error


def _reason(error: BaseException) -> str:
    """What went wrong in the words of the engine, else in those of the innermost error."""
    explanation = getattr(error, "explanation", None)
    if not explanation and isinstance(error, docker.errors.DockerException) and error.__cause__ is not None:
        return _reason(error.__cause__)
    causes = (getattr(error, "reason", None), *error.args)
    inner = next((cause for cause in causes if isinstance(cause, BaseException)), None)
    if not explanation and inner is not None:
        return _reason(inner)
    if not explanation and isinstance(error, (LookupError, TypeError, AttributeError)):
        return "it answered what no engine answers"
    text = str(explanation or error) or type(error).__name__
    return safe_text(text[:300].strip()).rstrip(". ")
