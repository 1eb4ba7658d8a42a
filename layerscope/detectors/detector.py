"""What a detector is: data that says which entries belong to a category, why they are there and how to spare them."""

from enum import Enum

from msgspec import Struct


class Group(Enum):
    """Groups of categories, in order of precedence."""

    CACHES = "caches"
    MODELS = "models"
    INSTALLERS = "installers"
    CUDA = "CUDA, system"
    CUDA_WHEELS = "CUDA, wheels"
    PYTHON = "Python"
    BUILD = "build"
    SYSTEM = "system"
    APPLICATION = "application"
    REST = "rest"

    @property
    def order(self) -> int:
        """The position among the groups, the strongest claim first."""
        return list(Group).index(self)


class Detector(Struct, frozen=True, kw_only=True):
    """A category of bytes and how to recognise it.

    `directories` claim all that lies below them, `files` single entries; both are patterns of whole paths without a
    leading slash, in which `**/` stands for any folders or none and `*` for anything but a slash. `packages` claims
    by owner, as `dpkg:cuda-*`; `facts` claims files about whose contents a probe of that id found something out, unless
    the fact's value has `claims` and it is off. `except_files` takes entries out again, and `unless_owned` leaves to
    packages what a package brought. `order` settles precedence within the group. `why` and `fix` are for people.
    """

    id: str
    title: str
    group: Group
    why: str
    fix: str
    directories: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    except_files: tuple[str, ...] = ()
    unless_owned: bool = False
    order: int = 0
