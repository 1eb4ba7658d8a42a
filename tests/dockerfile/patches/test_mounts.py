"""What is copied for a RUN alone: mounted, or left where anything else might use it."""

import pytest

from layerscope.dockerfile.patches.mounts import mount_instead_of_copying
from tests.dockerfile.patching import patched

WHEELS = "--mount=type=bind,source=wheels,target=/wheels"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "COPY wheels /wheels\nRUN pip install --no-index -f /wheels app\n",
            f"RUN {WHEELS} pip install --no-index -f /wheels app\n",
        ),
        (
            (
                "COPY wheels/*.whl /wheels/\n"
                "RUN pip install --no-cache-dir --find-links=/wheels app && rm -rf /wheels\nRUN b\n"
            ),
            f"RUN {WHEELS} \\\n    pip install --no-cache-dir --find-links=/wheels app\nRUN b\n",
        ),
        (
            (
                "COPY wheels/ /wheels/\nRUN pip install /wheels/*.whl\n"
                "# away\nRUN rm -rf /wheels /root/.cache\nRUN rm -r /wheels\n"
            ),
            f"RUN {WHEELS} pip install /wheels/*.whl\n# away\nRUN rm -rf /root/.cache\n",
        ),
        (
            "COPY --from=builder --chown=1:1 /w /wheels\nRUN a \\\n    && pip install /wheels/a.whl\n",
            (
                "RUN --mount=type=bind,from=builder,source=/w,target=/wheels \\\n"
                "    a \\\n    && pip install /wheels/a.whl\n"
            ),
        ),
        (
            (
                "WORKDIR /w\nCOPY a.whl requirements.txt ./\nRUN pip install ./a.whl -r requirements.txt\n"
                "RUN rm requirements.txt\n"
            ),
            (
                "WORKDIR /w\nRUN --mount=type=bind,source=a.whl,target=/w/a.whl \\\n"
                "    --mount=type=bind,source=requirements.txt,target=/w/requirements.txt \\\n"
                "    pip install ./a.whl -r requirements.txt\n"
            ),
        ),
        (
            "COPY src /src\nRUN make -C /src && rm -rf /src\n",
            "RUN --mount=type=bind,source=src,target=/src,rw make -C /src\n",
        ),
    ],
)
def test_what_is_copied_for_a_run_is_mounted(before: str, after: str) -> None:
    line = next(number for number, text in enumerate(before.split("\n")) if text.startswith("COPY")) + 2
    assert patched(mount_instead_of_copying, f"FROM a\n{before}", line) == f"FROM a\n{after}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("COPY . /app\nRUN pip install /app\n", "it is not certain whether COPY on line 2 copies files or folders"),
        (
            "COPY w.x /wheels\nRUN pip install /wheels\n",
            "it is not certain whether COPY on line 2 copies files or folders",
        ),
        (
            "COPY a b /wheels/\nRUN pip install /wheels\n",
            "it is not certain whether COPY on line 2 copies files or folders",
        ),
        ("COPY wheels wheels\nRUN pip install wheels/a\n", "it is not certain where COPY on line 2 copies to"),
        ("COPY wheels $W\nRUN pip install $W/a\n", "it is not certain where COPY on line 2 copies to"),
        ("COPY --chmod=755 w /w\nRUN /w/x\n", "COPY on line 2 has options that no mount has"),
        (
            "COPY deploy /deploy\nRUN pip install /deploy/a.whl\n",
            "what line 2 copies may hold more than what is not needed",
        ),
        (
            "COPY app /app\nRUN find /app/tests -delete\n",
            "what line 2 copies may hold more than what is not needed",
        ),
        ("COPY app /app\nRUN rm -rf /app/tests\n", "what line 2 copies may hold more than what is not needed"),
        ("ADD wheels /wheels\nRUN pip install /wheels/a\n", "line 2 is no COPY of files"),
        ("COPY wheels /wheels\nRUN pip install app\n", "no instruction is known to use what line 2 copies"),
        ("COPY wheels /wheels\nRUN a /wheels\nCMD cat /wheels/x\n", "line 4 may use what line 2 copies"),
        ("COPY wheels /app/w\nRUN ls /app/w\nRUN chown -R 1 /app\n", "line 4 may use what line 2 copies"),
        ("COPY wheels /wheels\nRUN bash <<E\npip install /wheels/a\nE\n", "line 3 may use what line 2 copies"),
        (
            "COPY wheels /wheels\nRUN pip install /wheels/a; rm -rf /wheels\n",
            "the rm on line 3 cannot be taken out of its command",
        ),
    ],
)
def test_what_is_copied_stays(text: str, reason: str) -> None:
    assert patched(mount_instead_of_copying, f"FROM a\n{text}", 2) == f"refused: {reason}"
