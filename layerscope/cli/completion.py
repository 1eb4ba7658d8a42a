"""`layerscope completion SHELL`."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from layerscope.cli.exit_code import ExitCode

# By click's rule: the program's name in capitals.
PROGRAM = "layerscope"
_VARIABLE = "_LAYERSCOPE_COMPLETE"
EPILOG = """\b
Examples:
  layerscope completion bash > ~/.local/share/bash-completion/completions/layerscope
  layerscope completion fish > ~/.config/fish/completions/layerscope.fish
  eval "$(layerscope completion zsh)"        # in ~/.zshrc, after compinit

\b
Exit codes: 0 done, 2 no such shell."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print what lets a shell complete what you type.

    That is commands, options, their values and paths. The script asks layerscope itself, so it need not be made anew
    after an update.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"This version of click cannot complete in {shell}.")
    click.echo(kind(context.find_root().command, {}, PROGRAM, _VARIABLE).source())
    return ExitCode.DONE


def complete_path(incomplete: str) -> list[CompletionItem]:
    """Paths that begin so, found by the shell; names of images would have to be asked of an engine."""
    return [CompletionItem(incomplete, type="file")]


def complete_reference(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """A reference may be a path."""
    return complete_path(incomplete)


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids that begin so, with their titles."""
    from layerscope.report.rules import list_rules

    titles = {name: title for _, name, title in reversed(list(list_rules())) if name.startswith(incomplete)}
    return [CompletionItem(name, help=titles[name]) for name in sorted(titles)]
