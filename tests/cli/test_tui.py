"""`layerscope tui` where there is no terminal; with one it is in tests/tui/test_terminal.py."""

from tests.cli.run import SAMPLES, layerscope


def test_without_a_terminal_it_says_what_to_do() -> None:
    done = layerscope("tui", "image.lsa")
    assert done.returncode == 2
    assert b"no terminal" in done.stderr
    assert b"layerscope render" in done.stderr
    assert done.stdout == b""


def test_a_pipe_gets_the_text_report() -> None:
    done = layerscope("analyze", str(SAMPLES / "tidy-multistage.docker.tar"))
    assert done.returncode == 0
    assert b"Layers, from the bottom" in done.stdout
    assert b"\x1b[" not in done.stdout
