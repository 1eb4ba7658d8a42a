"""What each detector's test needs: which category a path gets, alone or with an owner."""

from layerscope.classify import classify
from layerscope.index.owners import FileList, Package, assign_owners
from tests.images import file
from tests.indexing import index_of


def category_of(path: str, package: str | None = None) -> str:
    """The category of an image's only file; `package` is its owner, as `dpkg:name`."""
    index = index_of([[file(path, b"x")]])
    lists = []
    if package is not None:
        manager, _, name = package.partition(":")
        lists = [FileList(Package(manager, name, "1"), 0, (path.encode(),))]
    result = classify(index, assign_owners(index, lists))
    return result.detectors[int(result.of_rows[0])].id
