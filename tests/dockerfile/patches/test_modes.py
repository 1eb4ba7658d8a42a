"""Modes and owners: given where files are written, or left where others might be meant."""

import pytest

from layerscope.dockerfile.patches.modes import set_where_written
from tests.dockerfile.patching import patched


@pytest.mark.parametrize(
    ("before", "writers", "after"),
    [
        ("COPY app /app\nRUN chmod -R 755 /app\n", (2,), "COPY --chmod=755 app /app\nRUN chmod 755 /app\n"),
        (
            "WORKDIR /app\nCOPY --link . .\nRUN chown -R 1000:1000 /app && chmod -R 0750 /app\n",
            (3,),
            (
                "WORKDIR /app\nCOPY --link --chmod=0750 --chown=1000:1000 . .\n"
                "RUN chown 1000:1000 /app && chmod 0750 /app\n"
            ),
        ),
        ("COPY run.sh /\nENV A=1\nRUN chmod 755 /run.sh\n", (2,), "COPY --chmod=755 run.sh /\nENV A=1\n"),
        ("COPY run.sh /x/\nRUN a && chmod 755 /x/run.sh\n", (2,), "COPY --chmod=755 run.sh /x/\nRUN a\n"),
        (
            "RUN useradd -m me\nCOPY a /a\nCOPY b /a/b\nRUN chown -R me:me /a\n",
            (3, 4),
            "RUN useradd -m me\nCOPY --chown=me:me a /a\nCOPY --chown=me:me b /a/b\nRUN chown me:me /a\n",
        ),
        (
            "RUN make\nCOPY x /y\nRUN chmod -R g+w /z\n",
            (2,),
            "refused: line 4 has no chmod or chown that could be said elsewhere",
        ),
        ("RUN make\nCOPY x /y\nRUN chmod -R 770 /z\n", (2,), "RUN make && chmod -R 770 /z\nCOPY x /y\n"),
    ],
)
def test_modes_are_set_where_files_are_written(before: str, writers: tuple[int, ...], after: str) -> None:
    line = next(number for number, text in enumerate(before.split("\n")) if "RUN" in text and "ch" in text) + 2
    expected = after if after.startswith("refused") else f"FROM a\n{after}"
    assert patched(set_where_written, f"FROM a\n{before}", line, *writers) == expected


@pytest.mark.parametrize(
    ("text", "lines", "reason"),
    [
        ("COPY a /app\nRUN chmod -R 755 /app/x\n", (3, 2), "line 3 may change other files than line 2 copies"),
        ("COPY a /app\nRUN chmod 755 /app\n", (3, 2), "line 3 may change other files than line 2 copies"),
        ("COPY a.py b.py /app/\nRUN chmod 755 /app/a.py\n", (3, 2), "line 3 may change other files than line 2 copies"),
        ("COPY --chmod=1 a /app\nRUN chmod -R 755 /app\n", (3, 2), "COPY on line 2 has a here-document or --chmod"),
        ("COPY a /app\nRUN useradd me && chown -R me:me /app\n", (3, 2), "the user may not be there yet on line 2"),
        ("COPY a /app\nRUN chown -R me /app\n", (3, 2), "line 3 has no chmod or chown that could be said elsewhere"),
        ("COPY a /app\nRUN chmod -R 755 $X\n", (3, 2), "line 3 has no chmod or chown that could be said elsewhere"),
        (
            "COPY a /app\nRUN chmod -R 755 /app; x\n",
            (3, 2),
            "line 3 has no chmod or chown that could be said elsewhere",
        ),
        ("COPY a /app\nRUN make\nRUN chmod -R 755 /app\n", (4, 2, 3), "several instructions wrote what line 4 changes"),
        ("RUN make\nRUN cat /z/x\nRUN chmod -R 755 /z\n", (4, 2), "line 3 may write or use what line 4 changes"),
        ("RUN make\nRUN x && chmod -R 755 /z\n", (3, 2), "line 3 does more than to change modes and owners"),
        ("RUN make\nUSER 1\nRUN chmod -R 755 /z\n", (4, 2), "line 2 and line 4 run as different users"),
        ("RUN make\nRUN chmod -R 755 /z\n", (3,), "the instruction that wrote the files has no line in the Dockerfile"),
    ],
)
def test_modes_stay(text: str, lines: tuple[int, ...], reason: str) -> None:
    assert patched(set_where_written, f"FROM a\n{text}", *lines) == f"refused: {reason}"
