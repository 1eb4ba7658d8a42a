"""`layerscope tui SAVED`."""

from pathlib import Path

import click

from layerscope.cli.completion import complete_reference
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.terminal import can_show_screens, show_scan
from layerscope.errors import UsageError

EPILOG = """\b
SAVED is what `layerscope analyze REF --save PATH` wrote; the image is not needed any more.

\b
Examples:
  layerscope analyze my-image:tag --save image.lsa
  layerscope tui image.lsa

\b
Exit codes: 0 done, 2 usage, 3 file not readable, or of an image that was not wholly read."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("saved", metavar="SAVED", shell_complete=complete_reference)
def tui(saved: str) -> int:
    """Look around in a saved analysis, on a terminal.

    The screens are those that `layerscope analyze REF` opens there; docs/tui.md describes them.
    """
    from layerscope.saved.load import load_analysis

    if not can_show_screens():
        raise UsageError("There is no terminal to draw on.", hint="Use `layerscope render` for a report.")
    analysis = show_scan(saved, lambda _progress: load_analysis(Path(saved)))
    return ExitCode.DONE if analysis.is_complete else ExitCode.NOT_READ
