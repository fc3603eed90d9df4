"""Drafts and published articles, as tests need them."""

from typing import Any

from tests.simulator.calling import Caller
from tests.simulator.uploads import add_picture

ADD_DRAFT = "/cgi-bin/draft/add"
SUBMIT = "/cgi-bin/freepublish/submit"


async def make_article(caller: Caller, **changed: Any) -> dict[str, Any]:
    """An article with a cover that is uploaded."""
    article = {"title": "春茶", "content": "<p>今年的春茶到了。</p>"}
    return {**article, "thumb_media_id": await add_picture(caller), **changed}


async def add_draft(caller: Caller, count: int = 1, **changed: Any) -> str:
    """The media_id of a new draft of `count` articles."""
    articles = [await make_article(caller, **changed) for _ in range(count)]
    return str((await caller.ask(ADD_DRAFT, articles=articles))["media_id"])


async def submit(caller: Caller, count: int = 1, **changed: Any) -> dict[str, Any]:
    """The answer to the publication of a new draft: publish_id and msg_data_id."""
    return await caller.ask(SUBMIT, media_id=await add_draft(caller, count, **changed))
