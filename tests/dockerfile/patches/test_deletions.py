"""What a later instruction deletes: deleted where it is made, or not at all."""

import pytest

from layerscope.dockerfile.patches.deletions import delete_where_made
from tests.dockerfile.patching import patched


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN make\nRUN rm -rf /src\n", "RUN make && rm -rf /src\n"),
        ("RUN make\nENV A=1\n# why\nRUN rm -rf /src && keep\n", "RUN make && rm -rf /src\nENV A=1\n# why\nRUN keep\n"),
        ("RUN make\nRUN a && rm -r /src /x && b\n", "RUN make && rm -r /src /x\nRUN a && b\n"),
        ("RUN make\nCOPY app /app\nRUN rm -rf /src\n", "RUN make && rm -rf /src\nCOPY app /app\nRUN rm -rf /src\n"),
        ("WORKDIR /w\nRUN make\nRUN rm -rf src/*\n", "WORKDIR /w\nRUN make && rm -rf /w/src/*\n"),
        ("RUN make \\\r\n    && b\r\nRUN rm -rf /src\r\n", "RUN make \\\r\n    && b \\\r\n    && rm -rf /src\r\n"),
    ],
)
def test_an_rm_moves_to_what_made_the_files(before: str, after: str) -> None:
    lines = before.split("\n")
    maker = next(number for number, line in enumerate(lines) if "make" in line)
    deleter = next(number for number, line in enumerate(lines) if "rm -r" in line)
    first = "FROM a\r\n" if "\r" in before else "FROM a\n"
    assert patched(delete_where_made, f"{first}{before}", maker + 2, deleter + 2) == f"{first}{after}"


@pytest.mark.parametrize(
    ("text", "lines", "reason"),
    [
        ("RUN make\nRUN cat /src/x\nRUN rm -rf /src\n", (2, 4), "line 3 may use what line 4 deletes"),
        ("RUN make\nRUN cp -r /opt /x\nRUN rm -rf /opt/src\n", (2, 4), "line 3 may use what line 4 deletes"),
        ("RUN make\nRUN cat src/x\nRUN rm -rf /src\n", (2, 4), "line 3 may use what line 4 deletes"),
        ("RUN make\nRUN cat /src/x && rm -rf /src\n", (2, 3), "line 3 may use what it deletes"),
        ("RUN make\nCOPY a /b\nRUN rm -r /src\n", (2, 4), "the rm on line 4 would miss what is deleted before"),
        ("RUN make\nUSER 1\nRUN rm -rf /src\n", (2, 4), "line 2 and line 4 run as different users"),
        ("RUN make\nRUN rm -rf $X\n", (2, 3), "line 3 has no rm whose paths are certain"),
        ("RUN make\nRUN rm -rf src\n", (2, 3), "line 3 has no rm whose paths are certain"),
        ("WORKDIR /w\nRUN make\nRUN cd x && rm -rf src\n", (3, 4), "line 4 has no rm whose paths are certain"),
        ("RUN make\nRUN find /src -delete\n", (2, 3), "line 3 has no rm whose paths are certain"),
        ("RUN make\nRUN rm -rf /src || true\n", (2, 3), "the rm cannot be taken out of line 3"),
        ("RUN make\nRUN a \\\n  # why\n  && rm -rf /src\n", (2, 3), "the rm cannot be taken out of line 3"),
        ("RUN <<E\nmake\nE\nRUN rm -rf /src\n", (2, 5), "the commands of line 2 are in a here-document"),
    ],
)
def test_an_rm_stays(text: str, lines: tuple[int, int], reason: str) -> None:
    assert patched(delete_where_made, f"FROM a\n{text}", *lines) == f"refused: {reason}"


def test_a_copied_archive_that_is_deleted_later_is_mounted() -> None:
    text = "FROM a\nCOPY x.tar.gz /tmp/\nRUN tar -xf /tmp/x.tar.gz -C /opt\nRUN rm /tmp/x.tar.gz\n"
    assert patched(delete_where_made, text, 2, 4) == (
        "FROM a\nRUN --mount=type=bind,source=x.tar.gz,target=/tmp/x.tar.gz,rw tar -xf /tmp/x.tar.gz -C /opt\n"
    )
