"""Asks a writer for JSON and reads what comes back into a pydantic model."""

import json
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import regex
from pydantic import BaseModel, ValidationError

from app.errors import Refusal
from app.inference.ports import GeneratedAnswer, Prompt, Writer
from app.kit.field_faults import describe_faults

AnswerModel = TypeVar("AnswerModel", bound=BaseModel)
FaultKind = Literal["empty", "prose", "cut", "misfit"]

_TRAILING_COMMA = regex.compile(r",(?=\s*[}\]])")
_SENTENCES: dict[FaultKind, str] = {
    "empty": "the language model answered nothing: ask again, or choose another model",
    "prose": "the language model answered with prose instead of JSON: ask again, or choose a model"
    " or server that keeps to a format",
    "cut": "the language model's JSON breaks off: allow more tokens or time",
    "misfit": "the language model's JSON doesn't have the fields asked for",
}


class UnusableAnswer(Refusal):
    """A language model's answer isn't the JSON that was asked for; `kind` tells how."""

    status = 502
    name = "unusable_answer"

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(_SENTENCES[kind] + (f" ({detail})" if detail else ""))
        self.kind = kind


@dataclass(frozen=True, slots=True)
class JsonAnswer(Generic[AnswerModel]):
    """What a model wrote, read and as it came."""

    value: AnswerModel
    answer: GeneratedAnswer


async def ask_json(
    writer: Writer, prompt: Prompt, model: type[AnswerModel]
) -> JsonAnswer[AnswerModel]:
    """Ask once for JSON of `model`; the prompt's words say so, too.

    Raises UnusableAnswer, Unavailable, TimedOut.
    """
    answer = await writer.write(prompt)
    return JsonAnswer(read_json(answer, model), answer)


def read_json(answer: GeneratedAnswer, model: type[AnswerModel]) -> AnswerModel:
    """The first JSON object in an answer. Prose and fences around it, line breaks inside strings
    and commas before a closing bracket are passed over. Raises UnusableAnswer.
    """
    text = answer.text.strip()
    if not text:
        raise UnusableAnswer("empty")
    start = text.find("{")
    if start < 0:
        raise UnusableAnswer("prose")
    value = _parse_first(text[start:])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise UnusableAnswer("misfit", describe_faults(error, value, most=1)) from error


def _parse_first(text: str) -> object:
    """The JSON value at the text's beginning. Raises UnusableAnswer where there is no whole one."""
    try:
        return _decode_first(text)
    except (ValueError, RecursionError) as error:
        fault = error
    try:
        return _decode_first(_TRAILING_COMMA.sub("", text))
    except (ValueError, RecursionError):
        raise UnusableAnswer("cut" if _breaks_off(fault, text) else "prose") from None


def _decode_first(text: str) -> object:
    value, _ = json.JSONDecoder(strict=False).raw_decode(text)
    return value


def _breaks_off(fault: Exception, text: str) -> bool:
    """Whether the text is JSON up to its end."""
    if not isinstance(fault, json.JSONDecodeError):
        return False
    return fault.msg.startswith("Unterminated string") or fault.pos >= len(text.rstrip())
