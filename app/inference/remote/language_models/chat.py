"""One streamed chat completion in OpenAI's protocol."""

import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from app.inference.ports import Prompt
from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.endpoints.http_answers import (
    OF_THE_ADDRESS,
    OF_THE_REQUEST,
    PASSING,
    parse_retry_after,
    read_body,
    read_error,
)
from app.inference.remote.endpoints.refusals import (
    clean_reason,
    describe_body,
    describe_error,
    find_parameter,
)
from app.inference.remote.language_models.event_stream import ENDED, JsonObject, read_objects
from app.inference.remote.language_models.servers import LlmServer

TEMPERATURE = 0.3  # low: the facts are in the prompt, the wording may vary little
NAMES_A_PARAMETER = frozenset({400, 422})
# A refused parameter is sent under its newer name if it is listed here; others are left out.
RENAMED = {"max_tokens": "max_completion_tokens"}
# JSON by schema (OpenAI, vLLM, Ollama, SGLang, llama.cpp); where it is refused, any JSON (DeepSeek,
# GLM, Kimi, DashScope's older models); where that is refused too, the prompt's words alone ask for
# JSON. The name under which the refusal of `json_object` is remembered:
JSON_FORMAT = "response_format"
ANY_JSON = "response_format.json_object"

_LENGTHS = frozenset({"minLength", "maxLength"})
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_REFUSED = frozenset({
    "content_filter", "safety", "sensitive", "recitation", "blocklist", "prohibited_content",
    "refusal",
})  # fmt: skip

Ending = Literal["stop", "length"]
Piece = tuple[str, Ending | None]  # text, and in the last piece why the answer ends


async def stream_reply(
    http: httpx.AsyncClient,
    endpoint: LlmServer,
    prompt: Prompt,
    connect: float,
    unsupported: set[str],
) -> AsyncGenerator[Piece, None]:
    """Yield the pieces of an answer. Only connecting has a limit, `connect` seconds: the caller
    limits the rest.

    `unsupported` names parameters that this endpoint refuses. A parameter refused now is left out
    at once, and added to the set when that succeeds. Raises EndpointFault.
    """
    request = _Request(endpoint, prompt, connect)
    try:
        async with request.open_answer(http, unsupported) as response:
            async for piece in request.read_pieces(response):
                yield piece
    except httpx.InvalidURL as error:
        raise EndpointFault(f"has no usable address ({error})", retry=False) from None
    except httpx.HTTPError as error:
        raise EndpointFault(f"broke off ({type(error).__name__})") from None


@dataclass(frozen=True, slots=True)
class _Request:
    endpoint: LlmServer
    prompt: Prompt
    connect: float  # seconds

    @contextlib.asynccontextmanager
    async def open_answer(
        self, http: httpx.AsyncClient, unsupported: set[str]
    ) -> AsyncIterator[httpx.Response]:
        """Repeat the request without refused parameters until one is accepted; its response.

        Raises EndpointFault.
        """
        unsupported_now = set(unsupported)
        while True:
            parameters = self.parameters(unsupported_now)
            async with http.stream(
                "POST", self.endpoint.url, json=self.body(parameters), headers=self.headers,
                timeout=httpx.Timeout(None, connect=self.connect, pool=self.connect),
            ) as response:  # fmt: skip
                name = await self.find_unsupported(response, parameters)
                if name is None:
                    unsupported |= unsupported_now
                    yield response
                    return
            is_again = name == JSON_FORMAT and name in unsupported_now
            unsupported_now.add(ANY_JSON if is_again else name)

    @property
    def headers(self) -> dict[str, str]:
        # No compression: a few bytes could unpack to very many.
        headers = {"Accept": "text/event-stream, application/json", "Accept-Encoding": "identity"}
        key = self.endpoint.key
        return {**headers, "Authorization": f"Bearer {key}"} if key else headers

    def parameters(self, unsupported_now: set[str]) -> dict[str, Any]:
        """The body's fields beside model and messages, without those in `unsupported_now`."""
        temperature = self.prompt.temperature
        all_parameters = {
            "max_tokens": self.prompt.most_tokens,
            "temperature": TEMPERATURE if temperature is None else temperature,
            **({} if self.prompt.seed is None else {"seed": self.prompt.seed}),
            **self.endpoint.extra,
            **self.response_format(unsupported_now),
            "stream": True,
        }
        renamed = {RENAMED.get(name, name) if name in unsupported_now else name: value
                   for name, value in all_parameters.items()}  # fmt: skip
        return {
            name: value
            for name, value in renamed.items()
            if name not in unsupported_now or name == JSON_FORMAT
        }

    def response_format(self, unsupported_now: set[str]) -> dict[str, Any]:
        """The strictest format of JSON that the endpoint takes; {} for plain text."""
        if self.prompt.schema is None or ANY_JSON in unsupported_now:
            return {}
        if JSON_FORMAT in unsupported_now:
            return {JSON_FORMAT: {"type": "json_object"}}
        schema = _drop_lengths(self.prompt.schema)
        named_schema = {"name": "answer", "strict": True, "schema": schema}
        return {JSON_FORMAT: {"type": "json_schema", "json_schema": named_schema}}

    def body(self, parameters: dict[str, Any]) -> dict[str, Any]:
        messages = [{"role": m.role, "content": m.text} for m in self.prompt.messages]
        return {"model": self.endpoint.model, "messages": messages, **parameters}

    async def find_unsupported(
        self, response: httpx.Response, parameters: dict[str, Any]
    ) -> str | None:
        """None for a success, else the parameter that the refusal names. Raises EndpointFault."""
        if response.is_success:
            return None
        status, body = response.status_code, await read_error(response)
        if status in NAMES_A_PARAMETER:
            # A refusal of structured output often names no parameter.
            unnamed = JSON_FORMAT if JSON_FORMAT in parameters else None
            if name := find_parameter(body, parameters) or unnamed:
                return name
        address = f" at {self.endpoint.address}" if status in OF_THE_ADDRESS else ""
        reason = response.headers.get("Location", "").partition("?")[0] or describe_body(body)
        raise self.fault(
            f"answered {status}{address}", reason, retry=status in PASSING,
            blame=status not in OF_THE_REQUEST,
            rest=parse_retry_after(response.headers.get("Retry-After", ""), time.time()),
        )  # fmt: skip

    async def read_pieces(self, response: httpx.Response) -> AsyncGenerator[Piece, None]:
        """Yield the answer's pieces. A stream without finish reason and end mark is accepted if it
        has text. Raises EndpointFault.
        """
        has_text, has_ending, remark = False, False, None
        async for value in read_objects(read_body(response)):
            if error := value.get("error"):
                raise self.fault("broke off with an error", describe_error(error))
            text, ending = _read_piece(value)
            if value is ENDED and not has_ending:
                ending = "stop"
            has_text, has_ending = has_text or bool(text), has_ending or bool(ending)
            remark = remark or describe_error(value)
            yield text, ending
        if remark is None:
            address = self.endpoint.address
            raise EndpointFault(f"sent nothing of OpenAI's protocol at {address}", retry=False)
        if not (has_text or has_ending):
            raise self.fault("broke off before the end", remark)

    def fault(self, what: str, reason: str, **consequences: Any) -> EndpointFault:
        prompt = (message.text for message in self.prompt.messages)
        reason = clean_reason(reason, prompt, self.endpoint.key)
        return EndpointFault(f"{what} ({reason})" if reason else what, **consequences)


def _drop_lengths(schema: Any) -> Any:
    """A schema without lengths of strings, which strict modes refuse; the reader checks them."""
    match schema:
        case dict():
            return {k: _drop_lengths(v) for k, v in schema.items() if k not in _LENGTHS}
        case list():
            return [_drop_lengths(each) for each in schema]
        case _:
            return schema


def _read_piece(value: JsonObject) -> Piece:
    """A chunk's text and ending; ("", None) for chunks without choices, such as usage or pings."""
    match value.get("choices"):
        case [dict(choice), *_]:
            pass
        case _:
            return "", None
    message = choice.get("delta") or choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    whole = "message" in choice and value.get("object") != "chat.completion.chunk"
    return _read_text(content), _read_ending(choice.get("finish_reason"), whole)


def _read_text(content: object) -> str:
    """The text of a `content`: a string, or a list of parts; thoughts, of other types, are left
    out.
    """
    match content:
        case str():
            return content
        case [*parts]:
            return "".join(map(_read_text, parts))
        case {"type": "text" | "output_text", "text": str(text)}:
            return text
        case _:
            return ""


def _read_ending(reason: object, whole: bool) -> Ending | None:
    """Map a finish reason to stop or length; None: the answer goes on.

    Raises EndpointFault where the content was refused.
    """
    word = reason.lower() if isinstance(reason, str) else ""
    if word in _REFUSED:
        raise EndpointFault("refused the content", retry=False, blame=False)
    if word in _CUT:
        return "length"
    return "stop" if whole or word not in {"", "null", "none"} else None
