"""All keys that mean the same on every screen, with ids by which a keymap can change them."""

from textual.binding import Binding

APP = (
    Binding("question_mark,f1", "app.help", "Help", key_display="?", id="app.help", tooltip="All keys of this screen"),
    Binding("q", "app.leave", "Quit", id="app.quit", tooltip="End layerscope"),
    Binding("ctrl+c", "app.leave", "Quit", show=False, priority=True, id="app.interrupt", tooltip="End layerscope"),
    Binding("a", "app.basis", "Stored/transfer", show=False, id="app.basis", tooltip="Bytes as stored, or on the wire"),
    Binding("y", "copy", "Copy", id="app.copy", tooltip="Copy what the cursor is on to the clipboard"),
)
MOVE = (
    Binding("up,k", "cursor_up", "Up", show=False, id="move.up"),
    Binding("down,j", "cursor_down", "Down", show=False, id="move.down"),
    Binding("pageup,ctrl+b", "page_up", "Page up", show=False, id="move.page-up"),
    Binding("pagedown,ctrl+f", "page_down", "Page down", show=False, id="move.page-down"),
    Binding("home,g", "first", "First", show=False, id="move.first"),
    Binding("end,G", "last", "Last", show=False, id="move.last"),
    Binding("enter,l,right", "choose", "Open", show=False, id="move.open", tooltip="Open what the cursor is on"),
    Binding("h,left,backspace", "back", "Back", show=False, id="move.back", tooltip="Close it, or go up"),
)
FILTER = (
    Binding("slash", "filter", "Filter", key_display="/", id="table.filter", tooltip="Show only what holds a text"),
)
SORT = (
    Binding("s", "sort('size')", "Sort", key_display="s/n/C", id="sort.size", tooltip="Biggest first"),
    Binding("n", "sort('name')", "By name", show=False, id="sort.name", tooltip="By name"),
    Binding("C", "sort('count')", "By count", show=False, id="sort.count", tooltip="Most files first"),
)
DETAILS = (Binding("i", "details", "Details", id="screen.details", tooltip="Show or hide what is known of this row"),)
LISTS = (
    Binding("v", "next_list", "Next list", id="screen.next-list", tooltip="The next of the lists above the table"),
)
PANES = (Binding("tab", "pane", "Next pane", id="screen.pane", tooltip="Move to the other part of the screen"),)
