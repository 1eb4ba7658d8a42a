"""The options of the gate, for every command that has one: which limits apply, and what follows from them."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource
from msgspec import Struct
from msgspec.structs import replace

from layerscope.cli.exit_code import ExitCode
from layerscope.errors import UsageError
from layerscope.settings.amounts import parse_bandwidth, parse_size
from layerscope.settings.budget import Budget, FindingLimit, Growth, parse_growth
from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.budget.figures import Figures
    from layerscope.checks.gate import Gate
    from layerscope.settings.budget import Budget, FindingLimit
    from layerscope.settings.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Amount(click.ParamType[Any]):
    """An option's value that a function reads."""

    def __init__(self, name: str, read: Callable[[Any], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a text; anything else has been read already."""
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError as error:
            self.fail(f"{safe_text(value)!r}: {error}.", param, ctx)


_SIZE = Amount("SIZE", parse_size)


class GateFlags(Struct, frozen=True):
    """What the command line and the environment say of the gate; None where they say nothing."""

    config: str | None
    no_config: bool
    bandwidth: int | None
    max_stored: int | None
    max_transfer: int | None
    max_superseded: int | None
    max_growth: Growth | None
    baseline: str | None
    fail_on: tuple[str, ...]
    strict: bool | None
    exit_zero: bool


_OPTIONS = (
    click.option("--config", metavar="PATH", envvar="LAYERSCOPE_CONFIG", help="The configuration file to read."),
    click.option("--no-config", is_flag=True, help="Read no configuration file and no .dive-ci."),
    click.option(
        "--bandwidth",
        type=Amount("RATE", parse_bandwidth),
        metavar="RATE",
        envvar="LAYERSCOPE_BANDWIDTH",
        help="At which pull times are given, as 100Mbit/s.  [default: 1Gbit/s]",
    ),
    click.option(
        "--max-stored", type=_SIZE, metavar="SIZE", envvar="LAYERSCOPE_MAX_STORED", help="Fail above it, as 5GB."
    ),
    click.option(
        "--max-transfer", type=_SIZE, metavar="SIZE", envvar="LAYERSCOPE_MAX_TRANSFER", help="Fail above it, as 2GiB."
    ),
    click.option(
        "--max-superseded",
        type=_SIZE,
        metavar="SIZE",
        envvar="LAYERSCOPE_MAX_SUPERSEDED",
        help="Fail where more is shipped but invisible.",
    ),
    click.option(
        "--max-growth",
        type=Amount("GROWTH", parse_growth),
        metavar="GROWTH",
        envvar="LAYERSCOPE_MAX_GROWTH",
        help="Fail where more than this is stored on top of the baseline, as 5% or 200MB.",
    ),
    click.option(
        "--baseline", metavar="PATH", envvar="LAYERSCOPE_BASELINE", help="An earlier JSON report or saved analysis."
    ),
    click.option(
        "--fail-on",
        metavar="FINDING",
        multiple=True,
        envvar="LAYERSCOPE_FAIL_ON",
        help="Fail where this is found; several with commas or by repeating it.",
    ),
    click.option(
        "--strict/--no-strict", default=None, envvar="LAYERSCOPE_STRICT", help="Whether skipped checks count as failed."
    ),
    click.option("--exit-zero", is_flag=True, envvar="LAYERSCOPE_EXIT_ZERO", help="Exit with 0 if checks fail."),
)


def gate_options(command: _Command) -> Callable[..., Any]:
    """Give a command the options of the gate, as `gate`."""

    @functools.wraps(command)
    def with_flags(**values: Any) -> Any:
        flags = GateFlags(**{name: values.pop(name) for name in GateFlags.__struct_fields__})
        return command(gate=flags, **values)

    wrapped: Callable[..., Any] = with_flags
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def chosen_settings(flags: GateFlags) -> "Settings":
    """What applies to this run: a flag before the environment, that before a file; raises UsageError."""
    from layerscope.settings.location import working_folder
    from layerscope.settings.nearest import nearest_settings
    from layerscope.settings.settings import Settings

    if flags.no_config:
        settings = Settings()
    else:
        settings = nearest_settings(working_folder(), Path(flags.config) if flags.config else None)
    budget = _budget(settings.budget, flags)
    # A pipeline may set the variable once, for jobs without a limit of growth and for `layerscope diff`.
    is_option = click.get_current_context().get_parameter_source("baseline") is ParameterSource.COMMANDLINE
    if is_option and not (budget.growth_stored or budget.growth_transfer):
        raise UsageError("A baseline is given, and no limit of growth.", hint="Give one with --max-growth, as 5%.")
    return replace(
        settings,
        bandwidth_bits_per_second=flags.bandwidth or settings.bandwidth_bits_per_second,
        baseline=Path(flags.baseline) if flags.baseline else settings.baseline,
        is_strict=settings.is_strict if flags.strict is None else flags.strict,
        budget=budget,
    )


def _budget(budget: Budget, flags: GateFlags) -> Budget:
    return replace(
        budget,
        stored_bytes=budget.stored_bytes if flags.max_stored is None else flags.max_stored,
        transfer_bytes=budget.transfer_bytes if flags.max_transfer is None else flags.max_transfer,
        superseded_bytes=budget.superseded_bytes if flags.max_superseded is None else flags.max_superseded,
        growth_stored=flags.max_growth or budget.growth_stored,
        findings={**budget.findings, **_errors(flags.fail_on)},
    )


def _errors(names: tuple[str, ...]) -> dict[str, FindingLimit]:
    """The findings of `--fail-on`."""
    wanted = [name.strip() for group in names for name in group.split(",") if name.strip()]
    if not wanted:
        return {}
    from layerscope.checks.gate import Level
    from layerscope.findings.rules import all_rules
    from layerscope.settings.text import did_you_mean

    known = [rule.id for rule in all_rules()]
    for name in wanted:
        if name not in known:
            problem = f"There is no finding {safe_text(name)!r}.{did_you_mean(name, known)}"
            raise UsageError(problem, hint="`layerscope rules` lists all.")
    return {name: FindingLimit(Level.ERROR) for name in wanted}


def load_baseline(settings: "Settings") -> "Figures | str":
    """The sizes of the baseline, or why there are none; raises UsageError for a file that is no report."""
    from layerscope.cli.figures import load_figures

    budget = settings.budget
    if budget.growth_stored is None and budget.growth_transfer is None:
        return "Nothing is asked of its growth."
    if settings.baseline is None:
        return "No baseline is given."
    if not settings.baseline.exists():
        return f"There is no baseline at {safe_text(str(settings.baseline))} yet."
    return load_figures(settings.baseline)


def conclude(gate: "Gate", flags: GateFlags, subject: str = "") -> int:
    """Say in a line how the checks ended, of which image where there are several, and return the exit code."""
    from layerscope.checks.check import Status

    if not gate.checks:
        return ExitCode.DONE
    failed = [check.id for check in gate.checks if check.status is Status.FAILED]
    skipped = gate.count(Status.SKIPPED)
    rest = f"; {skipped} skipped" if skipped else ""
    start = f"layerscope: {safe_text(subject)}: " if subject else "layerscope: "
    if not failed:
        click.echo(f"{start}{gate.count(Status.PASSED)} of {len(gate.checks)} checks passed{rest}.", err=True)
        return ExitCode.DONE
    names = safe_text(", ".join(failed))
    click.echo(f"{start}{len(failed)} of {len(gate.checks)} checks failed: {names}{rest}.", err=True)
    return ExitCode.DONE if flags.exit_zero else ExitCode.CHECK_FAILED
