"""Proposals of older versions have placeholders, which nobody may send."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.values import NewProposal


@pytest.mark.parametrize(
    ("contents", "brief", "read_contents"),
    [
        (["按平时的写法", "标题是问句"], {"channel": "title", "tone": "标题是问句"}, ["", ""]),
        (["", "见简报"], {"channel": "broadcast"}, ["", ""]),
        (["8", "20"], {}, ["8", "20"]),
    ],
)
async def test_placeholders_are_read_as_texts_to_be_written(
    engine: AsyncEngine, contents: list[str], brief: dict[str, Any], read_contents: list[str]
) -> None:
    variants = [
        {"name": name, "share": 0.5, "content": text}
        for name, text in zip("AB", contents, strict=True)
    ]
    plan = {"name": "标题", "subject": "title", "variants": variants}
    new = NewProposal(
        kind="test_feature", subject="s", title="", reason="", prediction=None, plan=plan,
        brief=brief,
    )  # fmt: skip
    await Proposals(engine).add_all("shop", [new])

    [proposal] = await Proposals(engine).list_page("shop")

    assert [each["content"] for each in proposal.new.plan["variants"]] == read_contents
    assert proposal.new.plan["name"] == "标题"
