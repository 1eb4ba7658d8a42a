"""The command group, and where errors become exit codes."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from layerscope.__about__ import __version__
from layerscope.cli.analyze import analyze
from layerscope.cli.budget import budget
from layerscope.cli.cache import cache
from layerscope.cli.completion import PROGRAM, complete_path, completion
from layerscope.cli.config import config
from layerscope.cli.diff import diff
from layerscope.cli.exit_code import ExitCode
from layerscope.cli.render import render
from layerscope.cli.rules import rules
from layerscope.cli.streams import say, say_unprintable
from layerscope.cli.tui import tui
from layerscope.errors import ImageError, LayerscopeError
from layerscope.units import safe_text

EPILOG = """\b
Examples:
  layerscope analyze my-image:tag
  layerscope analyze image.tar --json report.json
  docker save my-image:tag | layerscope analyze -
  layerscope diff my-image:1 my-image:2
  layerscope render saved-analysis --to json
  layerscope tui saved-analysis
  layerscope rules pip-cache
  layerscope cache info

\b
Exit codes: 0 done, 1 a check failed, 2 usage, 3 image not found or not wholly read, 130 interrupted."""


class DefaultToAnalyze(click.Group):
    """A group that takes an unknown first word as the reference of `analyze`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, `analyze` where the word is none."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("--"):
            self._refuse_mistyped(ctx, args)
            return "analyze", self.get_command(ctx, "analyze"), args
        return super().resolve_command(ctx, args)

    def _refuse_mistyped(self, ctx: click.Context, args: list[str]) -> None:
        """What looks like a command and has a word behind it was hardly meant as the name of an image."""
        from difflib import get_close_matches

        near = get_close_matches(args[0], self.list_commands(ctx), n=1, cutoff=0.8)
        if near and len(args) > 1 and not args[1].startswith("-"):
            word = safe_text(args[0])
            instead = f"Did you mean {near[0]}? If it is an image: `layerscope analyze {word}`."
            raise click.UsageError(f"There is no command {word!r}. {instead}", ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands and options; the first word may be a path, too."""
        # bash forgets all that stands before a path.
        return [*complete_path(incomplete), *super().shell_complete(ctx, incomplete)]


@click.group(
    cls=DefaultToAnalyze,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="layerscope", message="%(prog)s %(version)s")
def cli() -> None:
    """Say where every byte of a container image goes, and why it is there.

    `layerscope REF` is short for `layerscope analyze REF`.
    """


cli.add_command(analyze)
cli.add_command(completion)
cli.add_command(budget)
cli.add_command(cache)
cli.add_command(config)
cli.add_command(diff)
cli.add_command(render)
cli.add_command(rules)
cli.add_command(tui)


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    _interrupts_are_exceptions()
    try:
        return int(cli.main(list(arguments), PROGRAM, standalone_mode=False) or 0)
    except click.exceptions.Abort:
        return _say("interrupted", ExitCode.INTERRUPTED)
    except KeyboardInterrupt:
        _leave_at_once()
    except click.ClickException as error:
        with suppress(OSError):
            error.show(sys.stderr)
        return ExitCode.USAGE
    except SystemExit as end:
        return _end_of_click(end)
    except OSError as error:
        # Those of files, engines and registries have become ours by now.
        return say_unprintable(error)
    except ImageError as error:
        return _say(str(error), ExitCode.NOT_READ)
    except LayerscopeError as error:
        return _say(str(error), ExitCode.USAGE)
    except MemoryError:
        return _say("The image needs more memory than there is.", ExitCode.NOT_READ)


def _interrupts_are_exceptions() -> None:
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, _interrupt)):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end_of_click(end: SystemExit) -> int:
    """click ends so after completing a word, and with a code of its own where the reader of our output has gone."""
    is_completing = f"_{PROGRAM.upper()}_COMPLETE" in os.environ
    return int(end.code or 0) if is_completing else ExitCode.UNREAD


def _say(text: str, code: ExitCode) -> ExitCode:
    say(safe_text(text))
    return code


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _leave_at_once() -> NoReturn:
    """End without waiting for threads that are in the middle of a layer."""
    say("interrupted", before="\n")
    os._exit(ExitCode.INTERRUPTED)
