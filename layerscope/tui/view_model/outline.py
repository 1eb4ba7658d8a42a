"""A tree as lines: folders that are open, one below the other, filled when they are opened."""

from msgspec import Struct

from layerscope.tui.view_model.folders import Folders, Order, TreeRow


class Line(Struct, frozen=True):
    """A file or a folder at a depth."""

    row: TreeRow
    depth: int
    is_open: bool = False


class Outline:
    """The lines of a tree; which folders are open outlives a change of filter or layer."""

    def __init__(self, folders: Folders, open_paths: frozenset[bytes] = frozenset(), order: Order = Order.SIZE) -> None:
        self._folders = folders
        self._order = order
        self._open = set(open_paths)
        self.lines = self._top()

    @property
    def open_paths(self) -> frozenset[bytes]:
        """The folders that are open, or were when they were last seen."""
        return frozenset(self._open)

    @property
    def largest_bytes(self) -> int:
        """What bars are in proportion to."""
        total = self._folders.total(self._folders.root)
        return max(total.size_bytes, total.removed_bytes)

    def open(self, place: int) -> bool:
        """Open the folder in a line; returns whether there was one to open."""
        line = self.lines[place]
        if line.row.folder is None or line.is_open:
            return False
        self._open.add(line.row.path)
        opened = Line(line.row, line.depth, is_open=True)
        self.lines[place : place + 1] = [opened, *self._below(opened)]
        return True

    def close(self, place: int) -> int:
        """Close the folder in a line, or the one that the line is in; returns the line that is closed now."""
        line = self.lines[place]
        if not line.is_open:
            place = next((at for at in range(place, -1, -1) if self.lines[at].depth < line.depth), place)
            line = self.lines[place]
        if line.is_open:
            end = next((at for at in range(place + 1, len(self.lines)) if self.lines[at].depth <= line.depth), None)
            self._open.discard(line.row.path)
            self.lines[place:end] = [Line(line.row, line.depth)]
        return place

    def close_all(self) -> None:
        """Close every folder."""
        self._open.clear()
        self.lines = self._top()

    def reveal(self, path: bytes) -> int:
        """Open all folders above a path; returns its line, or the nearest there is."""
        for folder in self._folders.find(path)[1:]:
            self.open(self.place(folder.path))
        return self.place(path)

    def place(self, path: bytes) -> int:
        """The line of a path, 0 where it is not shown."""
        return next((at for at, line in enumerate(self.lines) if line.row.path == path), 0)

    def _top(self) -> list[Line]:
        return self._below(Line(self._folders.total(self._folders.root), -1))

    def _below(self, line: Line) -> list[Line]:
        """The lines below an open folder, those of open folders in it included; no recursion, trees can be deep."""
        done: list[Line] = []
        waiting = self._inside(line)
        while waiting:
            inner = waiting.pop()
            is_open = inner.row.folder is not None and inner.row.path in self._open
            done.append(Line(inner.row, inner.depth, is_open))
            if is_open:
                waiting += self._inside(inner)
        return done

    def _inside(self, line: Line) -> list[Line]:
        """The lines directly in a folder, the last first."""
        folder = line.row.folder
        rows = self._folders.children(folder, self._order) if folder else []
        return [Line(row, line.depth + 1) for row in reversed(rows)]
