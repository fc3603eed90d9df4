"""Describes the errors of a schema: the field's path, what is allowed, what was received."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import ValidationError

from app.kit.field_faults.sentences import (
    ABOUT_VALUES,
    FORMS,
    FULL_WIDTH_SIGNS,
    WHOLE,
    Sentence,
)
from app.kit.field_faults.unions import Place, SchemaError, reduce_unions

Language = Literal["en", "zh"]

LONGEST_VALUE = 24  # characters of a value that is quoted; an openid, which has 28, isn't
_OR = {"en": ", or ", "zh": "，或者"}
_MUST_BE = {"en": "must be ", "zh": "应为"}
_TOO_SHORT = frozenset({"string_too_short", "too_short"})


class BilingualError(ValueError):
    """What a validator raises where operators meet its message: in English and in Chinese."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a field: pydantic's error type, the field's place, a clause."""

    type: str
    place: Place
    clause: str

    def describe(self, language: Language = "en", within: int = 0) -> str:
        """The clause behind the field's path: `events[3].value: must be 1 or less, got 1.3`.

        `within`: parts of the place that aren't named.
        """
        path = format_path(self.place[within:])
        colon = {"en": ": ", "zh": "："}[language] if path else ""
        return f"{path}{colon}{self.clause}"


def list_field_faults(
    errors: Sequence[Mapping[str, Any]], value: Any, language: Language = "en"
) -> list[FieldFault]:
    """The faults of `value` by its schema's errors, in pydantic's form.

    Values are quoted where the errors have them: leave them out where they may be secrets.
    """
    read = [_name_full_width(_read_error(error), value) for error in errors]
    reduced = reduce_unions(read, value)
    return [FieldFault(each.type, each.place, _write_clause(each, language)) for each in reduced]


def describe_faults(
    error: ValidationError, value: Any, most: int | None = None, language: Language = "en"
) -> str:
    """The faults of `value` in one sentence; only the first ones where `most` is given."""
    faults = list_field_faults(error.errors(include_url=False), value, language)
    clauses = [fault.describe(language) for fault in faults[:most]]
    hidden = len(faults) - len(clauses)
    more = _choose((f"; and {hidden} more", f"；另有 {hidden} 处"), language) if hidden else ""
    return _choose(("; ", "；"), language).join(clauses) + more


def choose_language(english: str, chinese: str, language: Language) -> str:
    """The sentence in the language; English where there is no Chinese one."""
    return chinese or english if language == "zh" else english


def format_path(place: Place) -> str:
    """`events[3].value`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def _read_error(error: Mapping[str, Any]) -> SchemaError:
    place = tuple(error["loc"])
    context = {name: _drop_zeros(each) for name, each in (error.get("ctx") or {}).items()}
    is_empty = error["type"] in _TOO_SHORT and context.get("min_length") == 1
    return SchemaError(
        type=error["type"], place=place, message=error["msg"], received=error.get("input", ...),
        sentence="empty" if is_empty else error["type"],
        context={"last": place[-1] if place else "", "chinese": _translate(context), **context},
    )  # fmt: skip


def _translate(context: Mapping[str, Any]) -> str:
    """The message of a validator's error in Chinese where it has one."""
    error = context.get("error", "")
    return error.chinese if isinstance(error, BilingualError) else str(error)


def _name_full_width(error: SchemaError, value: Any) -> SchemaError:
    """The error, or where a body is no JSON for a sign of Chinese writing, the one that names it.

    A text that never ends may end in a Chinese quotation mark.
    """
    match value, error.place:
        case {"body": str(text)}, ("body", int(at)) if error.type == "json_invalid":
            is_endless = str(error.context.get("error")).startswith("Unterminated string")
            places = range(at, len(text) if is_endless else min(at + 1, len(text)))
            marks = "“”" if is_endless else FULL_WIDTH_SIGNS
            for place in (place for place in places if text[place] in marks):
                character = text[place]
                signs = {"character": character, "sign": FULL_WIDTH_SIGNS[character]}
                context = {**error.context, **signs, "last": place}
                return replace(error, sentence="json_full_width", context=context)
    return error


def _drop_zeros(number: Any) -> Any:
    """1.0 as 1."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _write_clause(error: SchemaError, language: Language) -> str:
    """One sentence without its path and its full stop."""
    if error.sentence in WHOLE:
        return _fill(WHOLE[error.sentence], error, language)
    if error.sentence not in ABOUT_VALUES:
        return error.message
    first, *others = dict.fromkeys(
        _fill(ABOUT_VALUES[each.sentence], each, language)
        for each in (error, *error.others)
        if each.sentence in ABOUT_VALUES
    )
    sentences = [first, *(each.removeprefix(_MUST_BE[language]) for each in others)]
    return _OR[language].join(sentences) + _name_received(error.received, language)


def _name_received(value: Any, language: Language) -> str:
    if value is ...:
        return ""
    value_text = _show(value, language)
    return {"en": f", got {value_text}", "zh": f"，收到 {value_text}"}[language]


def _fill(sentence: Sentence, error: SchemaError, language: Language) -> str:
    context = dict(error.context)
    if pattern := context.get("pattern"):
        unknown = (f"of the form {pattern}", f"这样的形式：{pattern}")
        context["form"] = _choose(FORMS.get(pattern, unknown), language)
    if language == "zh" and isinstance(expected := context.get("expected"), str):
        context["expected"] = expected.replace(", ", "、").replace(" or ", " 或 ")
    return _choose(sentence, language).format(**context)


def _choose(sentence: Sentence, language: Language) -> str:
    english, chinese = sentence
    return {"en": english, "zh": chinese}[language]


def _show(value: Any, language: Language) -> str:
    """A value as JSON has it where it is short, else what it is."""
    match value:
        case bytes():
            kinds = (
                "a body that isn't sent as application/json",
                "没有标明 application/json 的内容",
            )
        case str() if len(value) > LONGEST_VALUE:
            kinds = (f"{len(value)} characters", f"{len(value)} 个字符")
        case Mapping():
            kinds = ("an object", "一个对象")
        case list() | tuple():
            kinds = (f"a list of {len(value)}", f"{len(value)} 项的列表")
        case _:
            text = json.dumps(value, ensure_ascii=False, default=str)[:LONGEST_VALUE]
            return text.encode(errors="backslashreplace").decode()
    return _choose(kinds, language)
