"""Facts about packages, from whichever manager, as file lists that owners are assigned from."""

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList
from layerscope.packages.conda import conda_lists
from layerscope.packages.databases import apk_lists, rpm_lists
from layerscope.packages.dpkg import dpkg_lists
from layerscope.packages.python import python_lists


def file_lists(stack: LayerStack) -> list[FileList]:
    """Every package's files in every layer; distribution packages come first, since theirs is the outer claim."""
    return [
        *dpkg_lists(stack),
        *apk_lists(stack),
        *rpm_lists(stack),
        *conda_lists(stack),
        *python_lists(stack),
    ]
