"""Edits: the places of the old text, lines that stay as they are, and diffs that `patch` takes."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.dockerfile.edits import (
    Edit,
    apply_edits,
    delete_instruction,
    insert_behind,
    replace_instruction,
    unified_diff,
)
from layerscope.dockerfile.parse import parse_dockerfile

TEXT = "FROM a\r\n# why\r\nRUN b \\\r\n  c\r\nCMD d"


def test_instructions_are_replaced_inserted_and_deleted_with_the_files_own_line_ends() -> None:
    dockerfile = parse_dockerfile(TEXT)
    first, run, cmd = dockerfile.instructions
    edits = [
        replace_instruction(dockerfile, run, ["RUN x \\", "    y"]),
        insert_behind(dockerfile, first, ["ENV A=1"]),
        insert_behind(dockerfile, cmd, ["LABEL z", "USER 1"]),
    ]
    assert apply_edits(dockerfile, edits) == (
        "FROM a\r\nENV A=1\r\n# why\r\nRUN x \\\r\n    y\r\nCMD d\r\nLABEL z\r\nUSER 1"
    )
    assert apply_edits(dockerfile, [delete_instruction(run)]) == "FROM a\r\n# why\r\nCMD d"
    assert apply_edits(dockerfile, [replace_instruction(dockerfile, cmd, ["CMD e"])]) == TEXT.replace("CMD d", "CMD e")


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply_edits(parse_dockerfile(TEXT), [Edit(0, 5, ""), Edit(4, 6, "")])


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "d\x0be\n", "\n", "é\x85\n"]), max_size=8).map("".join)


@given(TEXTS, TEXTS, st.booleans(), st.booleans())
def test_patch_makes_the_new_text_of_the_old(
    tmp_path_factory: pytest.TempPathFactory, old: str, new: str, cut_old: bool, cut_new: bool
) -> None:
    old = old.rstrip("\r\n") if cut_old else old
    new = new.rstrip("\r\n") if cut_new else new
    assert patch(tmp_path_factory.mktemp("patch"), old, unified_diff("Dockerfile", old, new)) == new


def patch(folder: Path, old: str, diff: str) -> str:
    path = folder / "Dockerfile"
    path.write_bytes(old.encode())
    if diff:
        command = ["git", "apply", "--unsafe-paths", "--whitespace=nowarn", "-"]
        subprocess.run(command, input=diff.encode(), cwd=folder, check=True, capture_output=True)
    return path.read_bytes().decode() if path.exists() else ""
