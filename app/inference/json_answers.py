"""Asks a writer for JSON and reads what comes back into a pydantic model."""

import json
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import regex
from pydantic import BaseModel, ValidationError

from app.errors import Refusal
from app.inference.ports import GeneratedAnswer, Prompt, Writer
from app.kit.field_faults import Language, describe_faults

AnswerModel = TypeVar("AnswerModel", bound=BaseModel)
FaultKind = Literal["empty", "prose", "cut", "misfit"]

_LANGUAGES: tuple[Language, Language] = ("en", "zh")
_TRAILING_COMMA = regex.compile(r",(?=\s*[}\]])")
_SENTENCES: dict[FaultKind, str] = {
    "empty": "the language model answered nothing: ask again, or choose another model",
    "prose": "the language model answered with prose instead of JSON: ask again, or choose a model"
    " or server that keeps to a format",
    "cut": "the language model's JSON breaks off: allow more tokens or time",
    "misfit": "the language model's JSON doesn't have the fields asked for",
}
_CHINESE_SENTENCES: dict[FaultKind, str] = {
    "empty": "大模型没有写出内容：请再试一次，或换一个模型",
    "prose": "大模型写的不是要求的 JSON：请再试一次，或换一个能按格式输出的模型或服务",
    "cut": "大模型写的 JSON 只有半截：请再试一次，或放宽服务的字数和时间",
    "misfit": "大模型写的 JSON 没有要求的字段",
}


class UnusableAnswer(Refusal):
    """A language model's answer isn't the JSON that was asked for; `kind` tells how."""

    status = 502
    name = "unusable_answer"

    def __init__(self, kind: FaultKind, detail: str = "", chinese_detail: str = "") -> None:
        chinese = _CHINESE_SENTENCES[kind] + (f"（{chinese_detail}）" if chinese_detail else "")
        super().__init__(_SENTENCES[kind] + (f" ({detail})" if detail else ""), chinese=chinese)
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
        english, chinese = (
            describe_faults(error, value, most=1, language=each) for each in _LANGUAGES
        )
        raise UnusableAnswer("misfit", english, chinese) from error


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
