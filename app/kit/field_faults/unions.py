"""Reduces the errors of a union's members to those of the member that was meant.

pydantic reports the errors of every member, with the member's name in the path: `texts.1.str` and
`texts.1.AdText.clicks` for one number that is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Place = tuple[str | int, ...]

_OTHER_KINDS = ("_type", "_parsing")
_OTHER_VALUES = frozenset({"literal_error", "enum", "none_required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaError:
    """One error of pydantic; `others`: those of the union's other members at the same place.

    `sentence` names the sentence that describes it; `received` is `...` where it isn't told.
    """

    type: str
    sentence: str
    place: Place
    message: str
    received: Any
    context: Mapping[str, Any]
    others: tuple["SchemaError", ...] = ()

    @property
    def is_of_kind(self) -> bool:
        """Whether the value is of another kind than the schema's, not merely out of its bounds."""
        return self.type.endswith(_OTHER_KINDS) or self.type in _OTHER_VALUES

    @property
    def counts_faulty_items(self) -> bool:
        """Whether a list is called too short because some of its items have errors of their own."""
        is_list = self.type == "too_short" and isinstance(self.received, list | tuple)
        return is_list and len(self.received) >= self.context["min_length"]


def reduce_unions(errors: Sequence[SchemaError], value: Any) -> list[SchemaError]:
    """The errors in places of `value`, which the schema refused.

    Of a union the member with the fewest errors is taken to be meant; where the value has the kind
    of none, the errors become one.
    """
    members: dict[Place, dict[str | int, list[SchemaError]]] = {}
    for error in (each for each in errors if not each.counts_faulty_items):
        at = _find_member(error, value)
        place, member = (error.place, "") if at is None else (error.place[:at], error.place[at])
        shorter = error if at is None else replace(error, place=place + error.place[at + 1 :])
        members.setdefault(place, {}).setdefault(member, []).append(shorter)
    reduced: list[SchemaError] = []
    for place, errors_by_member in members.items():
        reduced += _reduce_members(place, errors_by_member, value)
    return reduced


def _reduce_members(
    place: Place, members: Mapping[str | int, list[SchemaError]], value: Any
) -> list[SchemaError]:
    if set(members) == {""}:
        return members[""]
    reduced = [reduce_unions(errors, value) for errors in members.values()]
    meant = [each for each in reduced if not _is_of_other_kind(each, place)]
    if meant:
        return min(meant, key=len)
    first, *others = [error for each in reduced for error in each]
    return [replace(first, others=(*first.others, *others))]


def _is_of_other_kind(errors: Sequence[SchemaError], place: Place) -> bool:
    return all(error.place == place and error.is_of_kind for error in errors)


def _find_member(error: SchemaError, value: Any) -> int | None:
    """Where the path names a union's member: the first part that `value` doesn't have."""
    for at, part in enumerate(error.place):
        if not _has_part(value, part):
            is_absent_field = error.type == "missing" and at == len(error.place) - 1
            return None if is_absent_field else at
        value = value[part]
    return None


def _has_part(value: Any, part: str | int) -> bool:
    if isinstance(value, list | tuple):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, Mapping) and part in value
