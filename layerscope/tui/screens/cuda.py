"""Screen 5: libraries of CUDA and their copies, GPU code by architecture, models."""

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content

from layerscope.analysis import Analysis
from layerscope.tui.listing import Listing
from layerscope.tui.listing_screen import ListingScreen
from layerscope.tui.messages import ScanEnded
from layerscope.tui.scan import Scan
from layerscope.tui.session import Session
from layerscope.tui.view_model.gpu_code import (
    GpuCodeRow,
    gpu_code_detail,
    gpu_code_rows,
    is_at_rest,
    without_gpu_code,
)
from layerscope.tui.view_model.libraries import LibraryRow, Likeness, library_detail, library_rows
from layerscope.tui.view_model.models import ModelRow, human_count, model_detail, model_rows
from layerscope.tui.widgets.byte_bar import ByteBar
from layerscope.tui.widgets.row_table import Cell, Column
from layerscope.units import human_bytes, safe_text

_COPIES = {Likeness.SAME: "= same", Likeness.TWIN: "≈ twin", Likeness.OTHER: "≠ other", Likeness.ONLY: ""}


class CudaScreen(ListingScreen):
    """What is there for GPUs."""

    NUMBER = 5
    NAME = "cuda"
    LABEL = "CUDA/ML"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "read_gpu_code", "GPU code", id="cuda.gpu-code", tooltip="Read the GPU code of all libraries now"),
    ]

    def __init__(self, session: Session) -> None:
        self._reading: Scan | None = None
        super().__init__(session, self._listings)

    def _listings(self) -> Sequence[Listing[Any]]:
        return self._libraries(), self._gpu_code(), self._models()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """GPU code is read once, and only from an image that is at hand."""
        return self._can_read if action == "read_gpu_code" else super().check_action(action, parameters)

    def action_read_gpu_code(self) -> None:
        """Take the image apart again, in a thread; everything can be looked at meanwhile."""
        if self.session.with_gpu_code is not None:
            self._reading = Scan(self.analysis.image.reference, self.session.with_gpu_code)
            self._reading.start(self.post_message)
            self.refresh_bindings()
            self.notify("Reading GPU code. Everything else can be looked at meanwhile.")

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        if self._reading is not None:
            self._reading.state.cancel()

    @on(ScanEnded)
    async def _show_gpu_code(self, message: ScanEnded) -> None:
        message.stop()
        self._reading = None
        read, known = message.result, self.analysis
        if not isinstance(read, Analysis):
            self.notify(f"GPU code could not be read: {safe_text(str(read))}", severity="error", markup=False)
        elif (read.image, len(read.index)) != (known.image, len(known.index)):
            self.notify("The image is another one now; start anew to see it.", severity="error")
        else:
            self.session.analysis = replace(known, device_code=read.device_code)
            await self.reload()
        self.refresh_bindings()

    @property
    def _can_read(self) -> bool:
        is_wanted = self.analysis.device_code is None and self._reading is None
        return is_wanted and self.session.with_gpu_code is not None and is_at_rest(self.analysis)

    def _libraries(self) -> Listing[LibraryRow]:
        rows = library_rows(self.analysis)
        return Listing(
            name="libraries",
            title=f"Libraries {human_bytes(sum(row.size_bytes for row in rows))}",
            columns=(
                Column("size", 9, "right"),
                Column("waste", 9, "right"),
                Column("copies", 10),
                Column("GPU code", 9, "right"),
                Column("library"),
            ),
            load=lambda: rows,
            cells=_library_cells,
            texts=lambda rows: [row.name for row in rows],
            size=lambda row: row.size_bytes,
            count=lambda row: len(row.rows),
            copy=lambda row: row.name,
            detail=lambda row: library_detail(self.analysis, row),
            empty="No library belongs to CUDA or holds GPU code.",
        )

    def _gpu_code(self) -> Listing[GpuCodeRow]:
        rows = gpu_code_rows(self.analysis)
        total_bytes = sum(row.size_bytes for row in rows)
        largest_bytes = max((row.size_bytes for row in rows), default=0)
        is_known = self.analysis.device_code is not None
        return Listing(
            name="gpu-code",
            title=f"GPU code {human_bytes(total_bytes) if is_known else '?'}",
            columns=(
                Column("size", 9, "right"),
                Column("", 10, from_width=60),
                Column("for", 7),
                Column("as", 6),
                Column("files", 5, "right"),
                Column("runs on"),
            ),
            load=lambda: rows,
            cells=lambda row: (
                human_bytes(row.size_bytes),
                ByteBar(row.size_bytes, largest_bytes),
                row.architecture,
                row.kind,
                f"{row.libraries}",
                Content.styled(row.gpus or "", "$quiet"),
            ),
            texts=lambda rows: [f"{row.architecture} {row.kind} {row.gpus or ''}" for row in rows],
            size=lambda row: row.size_bytes,
            count=lambda row: row.libraries,
            copy=lambda row: row.architecture,
            detail=lambda row: gpu_code_detail(self.analysis, row),
            empty="No library holds GPU code." if is_known else "It was not read; below is how to.",
            nothing=without_gpu_code(self.analysis, "d" if self._can_read else None),
        )

    def _models(self) -> Listing[ModelRow]:
        rows = model_rows(self.analysis)
        weights_bytes = sum(row.size_bytes for row in rows if row.is_weights)
        return Listing(
            name="models",
            title=f"Models {human_bytes(weights_bytes)}",
            columns=(
                Column("size", 9, "right"),
                Column("format", 11),
                Column("type", 6),
                Column("param.", 7, "right"),
                Column("layer", 6),
                Column("model"),
            ),
            load=lambda: rows,
            cells=self._model_cells,
            texts=lambda rows: [row.path for row in rows],
            size=self._model_size,
            follows_basis=True,
            count=lambda row: row.parameters or 0,
            copy=lambda row: row.path,
            detail=lambda row: model_detail(self.analysis, row),
            empty="No model file was found.",
        )

    def _model_size(self, row: ModelRow) -> int | None:
        return row.transfer_bytes if self.session.is_transfer else row.size_bytes

    def _model_cells(self, row: ModelRow) -> Sequence[Cell]:
        name = Content.styled(row.name, "" if row.is_weights else "$quiet")
        return (
            human_bytes(self._model_size(row)),
            row.format,
            row.dtype or "",
            "" if row.parameters is None else human_count(row.parameters),
            str(row.layer) if row.hidden_by is None else Content.styled(f"{row.layer} x", "$hidden"),
            Content.assemble(name, "  ", (row.path, "$quiet")),
        )


def _library_cells(row: LibraryRow) -> Sequence[Cell]:
    kinds = [_COPIES[kind] for kind in Likeness if kind in row.likenesses]
    copies = f"{len(row.rows)} {kinds[0]}" if len(row.rows) > 1 else "1"
    waste = Content.styled(human_bytes(row.waste_bytes), "$superseded") if row.waste_bytes else ""
    gpu = "" if row.gpu_bytes == 0 else human_bytes(row.gpu_bytes)
    return human_bytes(row.size_bytes), waste, copies, gpu, row.name


SCREEN = CudaScreen
