"""Colours: two themes of our own, and names for what colours mean, told apart also by the colour-blind.

The hues are those of Okabe and Ito, "Color Universal Design" (2008), lighter or darker for the background.
"""

from textual.theme import Theme

from layerscope.detectors.detector import Group

DARK = Theme(
    name="layerscope-dark",
    primary="#56B4E9",
    secondary="#3A86B5",
    accent="#F0C24B",
    warning="#E69F00",
    error="#F0764A",
    success="#2FB58C",
    foreground="#E4E6EB",
    background="#14171C",
    surface="#1B1F26",
    panel="#262C36",
    dark=True,
)
LIGHT = Theme(
    name="layerscope-light",
    primary="#00639C",
    secondary="#3A86B5",
    accent="#8F6400",
    warning="#945F00",
    error="#B23C00",
    success="#00694A",
    foreground="#1B1F26",
    background="#FAFAF7",
    surface="#F0F0EC",
    panel="#E2E3DF",
    dark=False,
)
_MEANINGS = {
    # name: (on a dark background, on a light one)
    "yours": ("#56B4E9", "#00639C"),
    "from-base": ("#7F8A99", "#78828F"),
    "superseded": ("#E69F00", "#945F00"),
    "added": ("#2FB58C", "#00694A"),
    "changed": ("#F0C24B", "#8F6400"),
    "removed": ("#F0764A", "#B23C00"),
    "hidden": ("#B58AD0", "#7A4B99"),
    "quiet": ("#9AA4B2", "#5C6570"),
}
# Backgrounds of the treemap; white text is readable on all of the first, black on all of the second.
_GROUPS = {
    Group.CACHES: ("#8A4B08", "#F2C48D"),
    Group.MODELS: ("#6B3F87", "#DDC3EC"),
    Group.INSTALLERS: ("#7A3B2E", "#EDBFB2"),
    Group.CUDA: ("#0B6B4F", "#A5DCC8"),
    Group.CUDA_WHEELS: ("#2F6B17", "#C0E0A8"),
    Group.PYTHON: ("#1F5C8C", "#A9D2EF"),
    Group.BUILD: ("#8F3A1B", "#F4B79F"),
    Group.SYSTEM: ("#4A5361", "#C9CFD8"),
    Group.APPLICATION: ("#7D6608", "#F1E1A0"),
    Group.REST: ("#3B3F46", "#DADADA"),
}


def group_variable(group: Group) -> str:
    """The name of the colour of a group of categories."""
    return f"group-{group.name.lower().replace('_', '-')}"


def variables(*, is_dark: bool) -> dict[str, str]:
    """Every name that a style may use beside the theme's own."""
    side = 0 if is_dark else 1
    return {name: pair[side] for name, pair in _MEANINGS.items()} | {
        group_variable(group): pair[side] for group, pair in _GROUPS.items()
    }
