"""What all parts of the public documents have in common."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Base of all parts: fixed fields, no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True, validate_by_name=True)
