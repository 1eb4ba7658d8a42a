"""What is done while nobody presses a key, so that the next one is answered at once."""

import gc
import threading
from typing import Any

from textual.app import App
from textual.screen import Screen

from layerscope.index.tree import PathTree
from layerscope.tui.view_model.path_search import searched_paths

_SEARCHED_AT_MOST = 500_000
_FULL_COLLECTIONS_PER_SECOND_ONES = 1_000


async def mount_unseen(app: App[Any], screen: Screen[Any]) -> None:
    """Mount a screen and lay it out without showing it.

    Textual does both only when a screen is shown; these two are the parts of it that come before the first picture.
    """
    _, mounted = app._get_screen(screen)
    await mounted
    screen._refresh_layout(app.size)


def spare_collector() -> None:
    """Take what has been made so far as there to stay, and look through the rest seldom.

    A full search for circles of objects takes as long as drawing a screen, and finds next to none.
    """
    gc.freeze()
    youngest, young, _ = gc.get_threshold()
    gc.set_threshold(youngest, young, _FULL_COLLECTIONS_PER_SECOND_ONES)


def prepare_search(tree: PathTree) -> None:
    """Put all paths into the form that filters search, in a thread; those of a huge image only once somebody asks."""
    if len(tree) <= _SEARCHED_AT_MOST:
        threading.Thread(target=searched_paths, args=(tree,), name="paths-for-filters", daemon=True).start()
