"""What screens ask of the app; widgets' own messages are with the widgets."""

from dataclasses import dataclass

from textual.message import Message

from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding


@dataclass
class GoToScreen(Message):
    """Show a screen, by its name."""

    name: str


@dataclass
class GoToLayer(Message):
    """Show a layer in the Layers screen, by its position."""

    position: int


@dataclass
class GoToRow(Message):
    """Show a row of the index: in the Layers screen, its layer chosen and its file under the cursor."""

    row: int


@dataclass
class GoToFile(Message):
    """Show what a row names in the final root file system; in the Layers screen where it is not visible there."""

    row: int


@dataclass
class GoToFinding(Message):
    """Show a finding in the Waste screen."""

    finding: Finding


@dataclass
class ScanEnded(Message):
    """The scan's thread is through: with an analysis, or with what went wrong."""

    result: Analysis | BaseException
