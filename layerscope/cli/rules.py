"""`layerscope rules [ID]`."""

import click

from layerscope.cli.completion import complete_rule
from layerscope.cli.exit_code import ExitCode

EPILOG = """\b
Examples:
  layerscope rules
  layerscope rules pip-cache
  layerscope rules | grep cuda

\b
Exit codes: 0 done, 2 no such rule."""


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("rule_id", metavar="[ID]", required=False, shell_complete=complete_rule)
def rules(rule_id: str | None) -> int:
    """List what layerscope looks for, or explain one of it.

    Findings say what is wrong with an image and what to do; categories say what its bytes are.
    """
    from layerscope.report.rules import explain, list_rules, rule_ids

    if rule_id is None:
        listed = list(list_rules())
        width = max(len(name) for _, name, _ in listed)
        for kind, name, title in listed:
            click.echo(f"{kind:8}  {name:{width}}  {title}")
        return ExitCode.DONE
    lines = explain(rule_id)
    if not lines:
        raise click.UsageError(_unknown(rule_id, rule_ids()))
    click.echo("\n".join(lines))
    return ExitCode.DONE


def _unknown(rule_id: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(rule_id, known, n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"There is no rule {rule_id!r}.{hint} `layerscope rules` lists all."
