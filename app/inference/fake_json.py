"""The JSON that a fake writer answers with."""

import json
from collections.abc import Mapping
from typing import Any

from app.inference.ports import Prompt


def fit_schema(answer: str, prompt: Prompt) -> str:
    """The JSON that a prompt asks for with `answer` as its texts; `answer` where it is JSON
    already, or none was asked for.
    """
    if prompt.schema is None or answer.startswith("{"):
        return answer
    return json.dumps(_make_value(answer, prompt.schema, prompt.schema), ensure_ascii=False)


def _make_value(answer: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _make_value(answer, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    match schema["type"]:
        case "object":
            return {k: _make_value(answer, v, root) for k, v in schema["properties"].items()}
        case "array":
            items = [_make_value(answer, schema["items"], root)]
            return items * schema.get("minItems", 1)
        case "integer":
            return schema.get("minimum", 1)
        case _:
            return answer[: schema.get("maxLength")]
