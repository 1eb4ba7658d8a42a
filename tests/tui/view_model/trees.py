"""Trees as flat tables, and images as cached indexes."""

from layerscope.tui.view_model.file_tree import FileTree
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.view_model.folders import Folders, Shown, TreeRow


def flatten(tree: FileTree, wanted: str = "", shown: Shown | None = None) -> dict[str, TreeRow]:
    """Every row that folders lead to, by its path."""
    folders = Folders(tree, Filter.parse(wanted), shown)
    found: dict[str, TreeRow] = {}
    waiting = folders.children(folders.root)
    while waiting:
        row = waiting.pop()
        found[row.path.decode()] = row
        waiting += folders.children(row.folder) if row.folder else []
    return found


def marked(tree: FileTree) -> dict[str, str]:
    """The glyph of each path that an entry names."""
    return {path: row.mark.glyph for path, row in flatten(tree).items() if row.row is not None}
