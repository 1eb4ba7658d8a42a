"""Needs that libraries' own NEEDED shows."""

from collections.abc import Iterator, Sequence

from layerscope.index.layer_stack import LayerStack
from layerscope.knowledge.runtime_needs import runtime_needs
from layerscope.needs.cuda_use import LibraryUse, Loss
from layerscope.needs.installed import Installed
from layerscope.needs.system_need import Certainty, Kind, SystemNeed
from layerscope.units import safe_text

_SHOWN = 10


def linked_needs(uses: Sequence[LibraryUse], stack: LayerStack, installed: Installed) -> Iterator[SystemNeed]:
    """For each library that anybody would lose one need that is certain, else one that is possible.

    A loss beside torch is none where torch comes first, since the file needs it or its package is known to import it.
    """
    judge = _Judge(stack, installed)
    for use in uses:
        judged = [(certainty, loss) for loss in use.losses if (certainty := judge.certainty(loss))]
        for certainty in Certainty:
            losses = [loss for found, loss in judged if found is certainty]
            if losses:
                yield judge.need(use, certainty, losses)
                break


def unfollowed_need(reason: str) -> SystemNeed:
    """What is said where an image takes too many steps to follow its libraries."""
    why = "Which of CUDA's libraries are loaded could not be found out."
    return SystemNeed("libraries", Kind.LINKED, Certainty.POSSIBLE, why, (), (safe_text(reason),), ())


class _Judge:
    def __init__(self, stack: LayerStack, installed: Installed) -> None:
        self._stack, self._installed = stack, installed

    def certainty(self, loss: Loss) -> Certainty | None:
        """How sure it is that a loss breaks something; None where it breaks nothing."""
        package = self._installed.package_of(loss.row)
        name = package.name if package and package.manager in ("python", "conda") else ""
        if loss.is_found_beside_torch and (loss.needs_torch or _comes_after_torch(name)):
            return None
        if loss.is_found_beside_torch and self._installed.is_cuda_wheel(loss.row):
            return None
        if loss.is_found_beside_torch or loss.lacks_already or self._installed.is_cuda_wheel(loss.row):
            return Certainty.POSSIBLE
        return Certainty.POSSIBLE if _needs_no_system_cuda(name) else Certainty.CERTAIN

    def need(self, use: LibraryUse, certainty: Certainty, losses: Sequence[Loss]) -> SystemNeed:
        """One need with its evidence."""
        shown = tuple(self._says(use, loss) for loss in losses[:_SHOWN])
        more = (f"and {len(losses) - _SHOWN} more files",) if len(losses) > _SHOWN else ()
        return SystemNeed(
            safe_text(use.soname),
            Kind.LINKED,
            certainty,
            _why(certainty, losses),
            tuple(loss.row for loss in losses),
            (*shown, *more),
            (use.row,),
        )

    def _says(self, use: LibraryUse, loss: Loss) -> str:
        name, way = safe_text(use.soname), ""
        if loss.because != loss.row:
            way = f" through /{self._path(loss.because)}"
        text = f"/{self._path(loss.row)} loads {name}{way} from /{self._path(use.row)}"
        if loss.other_major is not None:
            text += f", and would get that of CUDA {loss.other_major}"
        if loss.lacks_already:
            text += f"; it lacks {safe_text(loss.lacks_already[0])} already"
        return text

    def _path(self, row: int) -> str:
        return safe_text(self._stack.path(self._stack.name_row(row)))


def _why(certainty: Certainty, losses: Sequence[Loss]) -> str:
    if certainty is Certainty.CERTAIN:
        return "Nothing else in the image has it where the dynamic linker looks."
    if all(loss.is_found_beside_torch for loss in losses):
        return "It is found without the system's copy only where torch was imported before."
    return "Whether the files that name it are ever loaded, or in which company, cannot be told."


def _comes_after_torch(distribution: str) -> bool:
    rows = [row for row in runtime_needs() if distribution in row.distributions]
    return bool(rows) and all(row.system_cuda == "no" and "torch" in row.met_by for row in rows)


def _needs_no_system_cuda(distribution: str) -> bool:
    rows = [row for row in runtime_needs() if distribution in row.distributions]
    return bool(rows) and all(row.system_cuda == "no" for row in rows)
