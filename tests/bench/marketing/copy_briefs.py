"""Briefs from AdvertiseGen's attributes, and the local model that writes from them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from app.inference.local.writer import open_local
from app.inference.ports import Writer
from app.marketing.content.brief import Brief, Channel

Value = TypeVar("Value")
SOURCE = "AdvertiseGen"
THREADS = 2


def read_briefs(data: Path, count: int, channel: Channel = "ad") -> list[Brief]:
    """The first `count` rows with two attributes or more beside the kind of goods."""
    rows = (attributes for attributes in read_attributes(data) if len(attributes) > 2)
    briefs = (make_brief(attributes, channel) for attributes in rows)
    return [brief for _, brief in zip(range(count), briefs, strict=False)]


def read_attributes(data: Path) -> Iterator[dict[str, list[str]]]:
    """Names and values of each row's attributes."""
    for line in (data / "advertisegen" / "dev.jsonl").read_text("utf-8").splitlines():
        attributes: dict[str, list[str]] = defaultdict(list)
        for pair in json.loads(line)["content"].split("*"):
            name, _, value = pair.partition("#")
            attributes[name].append(value)
        yield attributes


def make_brief(attributes: dict[str, list[str]], channel: Channel) -> Brief:
    """A brief whose product is the kind of goods and whose facts are the attributes."""
    facts = [
        {"name": name, "value": "、".join(values), "source": SOURCE}
        for name, values in attributes.items()
        if name != "类型"
    ]
    return Brief.model_validate(
        {"product": attributes["类型"][0], "facts": facts, "channel": channel}
    )


def run_with_writer(measure: Callable[[Writer], Awaitable[Value]]) -> Value:
    """What `measure` returns, asked with the local model."""

    async def run() -> Value:
        writer = await asyncio.to_thread(open_local, "cpu", THREADS)
        try:
            return await measure(writer)
        finally:
            await writer.close()

    return asyncio.run(run())
