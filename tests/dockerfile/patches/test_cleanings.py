"""Commands that clean up: where they are joined to an instruction, in its own manner, and where not."""

import pytest

from layerscope.dockerfile.patches.cleanings import (
    clean_apt_archives,
    clean_apt_lists,
    clean_conda,
    clean_dnf,
    clean_npm,
)
from layerscope.dockerfile.patches.site import Patch
from tests.dockerfile.patching import patched

LISTS = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("patch", "before", "after"),
    [
        (clean_apt_archives, "apt-get install a", "apt-get install a && apt-get clean"),
        (clean_dnf, "microdnf install a", "microdnf install a && microdnf clean all"),
        (clean_npm, "npm ci", "npm ci && npm cache clean --force"),
        (
            clean_conda,
            "/opt/conda/bin/conda env create",
            "/opt/conda/bin/conda env create && /opt/conda/bin/conda clean -afy",
        ),
        (clean_conda, "conda install a && conda clean -y", "conda install a && conda clean -y"),
    ],
)
def test_the_tools_own_clean(patch: Patch, before: str, after: str) -> None:
    assert patched(patch, f"FROM a\nRUN {before}\n", 2) == f"FROM a\nRUN {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN apt-get update", f"RUN apt-get update && {LISTS}"),
        (
            "RUN apt-get update \\\n\t&& apt-get install a\n",
            f"RUN apt-get update \\\n\t&& apt-get install a \\\n\t&& {LISTS}\n",
        ),
        (
            "RUN apt-get update && \\\n    apt-get install a\n",
            f"RUN apt-get update && \\\n    apt-get install a && \\\n    {LISTS}\n",
        ),
        (
            "RUN apt-get update && apt-get install \\\r\n      a \\\r\n      # the last\r\n      b \r\n",
            (
                "RUN apt-get update && apt-get install \\\r\n      a \\\r\n      # the last\r\n"
                f"      b \\\r\n    && {LISTS} \r\n"
            ),
        ),
        (f"RUN apt-get update {'x' * 80}\n", f"RUN apt-get update {'x' * 80} \\\n    && {LISTS}\n"),
        (f"RUN apt-get update && {LISTS}\n", f"RUN apt-get update && {LISTS}\n"),
        (
            f"RUN apt update && apt install a\nCOPY x /y\n# tidy up\nRUN {LISTS}\nCMD z\n",
            f"RUN apt update && apt install a && {LISTS}\nCOPY x /y\n# tidy up\nCMD z\n",
        ),
        (
            f"RUN apt update\nRUN apt update && apt install b\nRUN {LISTS}\n",
            f"RUN apt update && {LISTS}\nRUN apt update && apt install b\nRUN {LISTS}\n",
        ),
    ],
)
def test_apts_lists_go_in_the_manner_of_the_instruction(before: str, after: str) -> None:
    first = "FROM a\r\n" if "\r" in before else "FROM a\n"
    assert patched(clean_apt_lists, f"{first}{before}", 2) == f"{first}{after}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("RUN apt-get update\nRUN apt-get install a\n", "line 3 installs from the lists that line 2 fetches"),
        ("RUN apt-get update\nRUN <<E\napt-get install a\nE\n", "line 3 installs from the lists that line 2 fetches"),
        ("RUN echo apt-get update\n", "line 2 has no apt-get update"),
        ("RUN apt-get update &\n", "nothing can be added to the end of line 2"),
        ("RUN apt-get update; exit 0\n", "nothing can be added to the end of line 2"),
        ("RUN apt-get update # && more\n", "nothing can be added to the end of line 2"),
    ],
)
def test_apts_lists_stay(text: str, reason: str) -> None:
    assert patched(clean_apt_lists, f"FROM a\n{text}", 2) == f"refused: {reason}"
