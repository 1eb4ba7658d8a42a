"""Tables as all sections of the text report have them."""

from rich.table import Table


def table(*columns: tuple[str, str], title: str | None = None) -> Table:
    """A table without lines; columns are names and how they are justified, numbers never wrap."""
    made = Table(
        box=None,
        title=f"\n{title}" if title else None,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    made.show_header = title is not None
    for name, justify in columns:
        made.add_column(name, justify="right" if justify == "right" else "left", no_wrap=justify == "right")
    return made
