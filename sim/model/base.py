"""What every record of a scenario file shares: strict numbers, plain text, no unknown keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, Strict, StringConstraints

from sim.model.frozen import frozen

__all__ = ["Level", "Name", "NonNegative", "Number", "PathText", "Positive", "Record", "Text", "Truth", "label_of"]

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
NonNegative = Annotated[Number, Field(ge=0)]
Positive = Annotated[Number, Field(gt=0)]
Text = Annotated[str, Strict(), StringConstraints(min_length=1)]
Truth = Annotated[bool, Strict()]
# A name must be fit for the command line and for lists with commas, which drop blanks around it.
Name = Annotated[str, StringConstraints(pattern=r"^\w([\w\- ]*[\w\-])?$")]
PathText = Annotated[str, StringConstraints(min_length=1)]
Level = Number | Text


@dataclass(frozen=True, kw_only=True)
class Record:
    """Base of all records: frozen, maps in them too; keyword-only, unknown keys refused."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        for name, value in tuple(self.__dict__.items()):
            if type(value) is dict:
                object.__setattr__(self, name, frozen(value))


def label_of(name: str, record: Any) -> str:
    """Return the label a person reads: the record's own, else its key with underscores as spaces.

    Examples
    --------
    >>> label_of("army_cap", None)
    'army cap'
    """
    return getattr(record, "label", None) or name.replace("_", " ")
