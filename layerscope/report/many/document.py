"""The public form of a run over several images, schema 1; the published schema is generated from here.

Integers are bytes unless a name says otherwise; images are told by their position in `images`, from 0.
"""

from typing import Any, Literal

from layerscope.__about__ import __version__
from layerscope.many.image_figures import ImageFigures, UnreadImage
from layerscope.many.sharing import ImageShare, SharedLayer
from layerscope.report.document import Document, PullPart, Tool
from layerscope.report.many.survey import Survey
from layerscope.report.model import Field, Model, schema_model
from layerscope.report.texts import valid

IMAGES_SCHEMA_ID = "urn:layerscope:images:1"


class ListedImagePart(Model):
    """One image: its report, or why there is none."""

    reference: str
    error: str | None
    shared_bytes: int | None = Field(description="Stored in layers that another image of the run has as well.")
    own_bytes: int | None = Field(description="Stored in layers that no other image of the run has.")
    report: Document | None


class SharedLayerPart(Model):
    """A layer that more than one image has."""

    diff_id: str
    instruction: str
    content_size: int
    images: list[int]


class SharingPart(Model):
    """What the images have in common, and their sums with that counted once."""

    layers: list[SharedLayerPart] = Field(description="The largest first.")
    stored_bytes: int = Field(description="Each distinct layer once.")
    transfer_bytes: int | None = Field(description="Each distinct blob once.")
    transfer_bytes_estimate: int | None


class ImagesDocument(Model):
    """The reports of several images, and what these share."""

    schema_: str = Field(default=IMAGES_SCHEMA_ID, alias="$schema")
    schema_version: Literal[1] = 1
    complete: bool = Field(description="Whether all images were read, and wholly.")
    tool: Tool
    images: list[ListedImagePart]
    sharing: SharingPart
    pull: PullPart = Field(description="Of all images together, where nothing was before.")


def build_images_document(survey: Survey) -> ImagesDocument:
    """A run over several images in its public form."""
    sharing, seconds = survey.sharing, survey.pull_seconds
    is_estimate = sharing.is_transfer_estimate
    return ImagesDocument(
        complete=all(isinstance(image, ImageFigures) and image.is_complete for image in survey.images),
        tool=Tool(version=__version__),
        images=[_image(*parts) for parts in zip(survey.images, sharing.shares, survey.documents, strict=True)],
        sharing=SharingPart(
            layers=[_layer(layer) for layer in sharing.layers],
            stored_bytes=sharing.stored_bytes,
            transfer_bytes=None if is_estimate else sharing.transfer_bytes,
            transfer_bytes_estimate=sharing.transfer_bytes if is_estimate else None,
        ),
        pull=PullPart(
            bandwidth_bits_per_second=survey.bandwidth_bits_per_second,
            seconds_estimate=None if seconds is None else round(seconds, 1),
        ),
    )


def images_json_schema() -> dict[str, Any]:
    """The schema that every such report of this version keeps to."""
    schema = schema_model(ImagesDocument).model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": IMAGES_SCHEMA_ID} | schema


def _image(image: ImageFigures | UnreadImage, share: ImageShare | None, report: Document | None) -> ListedImagePart:
    return ListedImagePart(
        reference=valid(image.reference),
        error=valid(image.problem) if isinstance(image, UnreadImage) else None,
        shared_bytes=share.shared_bytes if share else None,
        own_bytes=share.own_bytes if share else None,
        report=report,
    )


def _layer(layer: SharedLayer) -> SharedLayerPart:
    return SharedLayerPart(
        diff_id=str(layer.diff_id),
        instruction=valid(layer.instruction),
        content_size=layer.content_bytes,
        images=list(layer.images),
    )
