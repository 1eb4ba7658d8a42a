"""Options of installing commands: where they go, and what is left alone."""

import pytest

from layerscope.dockerfile.patches.options import (
    install_nothing_recommended,
    keep_no_apk_cache,
    keep_no_pip_cache,
    keep_no_uv_cache,
)
from layerscope.dockerfile.patches.site import Patch
from tests.dockerfile.patching import patched


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN pip install a\n", "RUN pip install --no-cache-dir a\n"),
        (
            "RUN pip3 install -U pip && python3 -m pip -q install b \\\r\n  # c\r\n  d\r\n",
            (
                "RUN pip3 install --no-cache-dir -U pip && python3 -m pip -q install --no-cache-dir b \\\r\n"
                "  # c\r\n  d\r\n"
            ),
        ),
        (
            "RUN pip install --no-cache-dir a; /v/bin/pip install b",
            "RUN pip install --no-cache-dir a; /v/bin/pip install --no-cache-dir b",
        ),
        ("RUN set -e; if x; then pip install a; fi\n", "RUN set -e; if x; then pip install --no-cache-dir a; fi\n"),
        ("RUN pip install --no-cache-dir a\n", "RUN pip install --no-cache-dir a\n"),
    ],
)
def test_pip(before: str, after: str) -> None:
    assert patched(keep_no_pip_cache, f"FROM a\n{before}", 2) == f"FROM a\n{after}"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("RUN --mount=type=cache,target=/root/.cache/pip pip install a\n", 2, "line 2 mounts a cache"),
        ("ENV A=1 PIP_NO_CACHE_DIR=1\nRUN pip install a\n", 3, "PIP_NO_CACHE_DIR is set for line 3"),
        ("RUN PIP_NO_CACHE_DIR=1 pip install a\n", 2, "PIP_NO_CACHE_DIR is set for line 2"),
        ("RUN python3 setup.py install\n", 2, "line 2 has no command that could be told --no-cache-dir"),
        ('RUN ["pip", "install", "a"]\n', 2, "line 2 has no command that could be told --no-cache-dir"),
        ("RUN <<E\npip install a\nE\n", 2, "line 2 has no command that could be told --no-cache-dir"),
        ("RUN bash -c 'pip install a'\n", 2, "line 2 has no command that could be told --no-cache-dir"),
    ],
)
def test_pip_is_left_alone(text: str, line: int, reason: str) -> None:
    assert patched(keep_no_pip_cache, f"FROM a\n{text}", line) == f"refused: {reason}"


@pytest.mark.parametrize(
    ("patch", "before", "after"),
    [
        (install_nothing_recommended, "apt-get install -y a", "apt-get install -y --no-install-recommends a"),
        (install_nothing_recommended, "apt-get -yq install a", "apt-get -yq install --no-install-recommends a"),
        (install_nothing_recommended, "sudo apt install a -y", "sudo apt install --no-install-recommends a -y"),
        (keep_no_apk_cache, "apk add -U a", "apk add --no-cache -U a"),
        (
            keep_no_uv_cache,
            "uv sync --locked && uv pip install b",
            "uv sync --no-cache --locked && uv pip install --no-cache b",
        ),
    ],
)
def test_other_tools(patch: Patch, before: str, after: str) -> None:
    assert patched(patch, f"FROM a\nRUN {before}\n", 2) == f"FROM a\nRUN {after}\n"
