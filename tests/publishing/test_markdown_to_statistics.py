"""An article in Markdown goes out over REST, is answered to, and its readers are counted."""

from functools import partial
from typing import Any

import httpx
from pydantic import SecretStr

from app.settings import Timing
from app.simulator.accounts.state import PlatformAccount
from app.simulator.clock import Running
from app.simulator.platform import Platform
from app.simulator.publishing.articles import PublishedArticles, PublishedMessage
from app.simulator.publishing.comment_threads import add_comment
from app.simulator.publishing.jobs import JobPlans, PublishPlan
from app.simulator.statistics.store import ArticleVisit, StatisticsStore, to_day
from tests.conftest import Open
from tests.publishing.sending.senders import FONT
from tests.publishing.test_publishing_over_rest import POSTS, publish_post, read
from tests.service import ACCOUNT, SHIPPED, SHIPPING, client, until
from tests.support.serve import serving

STATISTICS = "/api/v1/statistics"
# The platform is so far behind while the article goes out. Then the time passes at once: the day is
# over for both, whatever hour it is.
TWO_DAYS = 2 * 86_400.0


def make_platform(clock: Running) -> Platform:
    """The platform of the service's account; a publication is done at once."""
    account = PlatformAccount(appid=ACCOUNT.appid, secret="secret")
    platform = Platform([account], clock=clock)
    platform.account().store(JobPlans).publications.append(PublishPlan(seconds=0))
    return platform


def read_as_followers(platform: Platform, message: PublishedMessage) -> int:
    """Two read the article, one shares it, one comments; the comment's id."""
    msgid, at = f"{message.msg_data_id}_1", message.published_at
    platform.account().store(StatisticsStore).visits += [
        ArticleVisit(msgid=msgid, openid="mei", at=at, shares=True, minutes=3.0),
        ArticleVisit(msgid=msgid, openid="an", at=at, scene="朋友圈", finishes=False),
    ]
    comment = add_comment(
        platform.account(), message.msg_data_id, 0, openid="mei", content=SHIPPING, now=at
    )
    return comment.comment_id


async def answer_comment(http: httpx.AsyncClient, post: str, comment: int) -> list[Any]:
    """The comments after 王敏 has sent what the bot suggests."""
    comments = f"{POSTS}/{post}/comments"
    suggestion = (await http.post(f"{comments}/suggestion", json={"text": SHIPPING})).json()
    reply = {"comment": comment, "text": suggestion["reply"], "by": "王敏"}
    assert (await http.post(f"{comments}/replies", json=reply)).status_code == 204
    return list((await http.get(comments)).json()["comment"])


async def read_figures(http: httpx.AsyncClient, path: str, **query: str) -> list[dict[str, Any]]:
    """The stored rows."""
    return list((await http.get(f"{STATISTICS}/{path}", params=query)).json()["days"])


async def is_counted(http: httpx.AsyncClient, query: dict[str, str]) -> bool:
    """Whether all datasets of the day are stored."""
    answer = (await http.get(f"{STATISTICS}/days", params=query)).json()
    return bool(answer["days"]) and not answer["incomplete"]


async def test_an_article_in_markdown_goes_as_far_as_the_next_mornings_statistics(
    open_service: Open,
) -> None:
    clock, secret = Running(behind=TWO_DAYS), SecretStr("secret")
    platform = make_platform(clock)
    timing = Timing(statistics_every=0.2, blocking_read=0.1)
    async with (
        serving(platform.app) as base,
        open_service(
            wechat_api_base=base, wechat_secret=secret, cover_font=FONT, timing=timing
        ) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        platform.connect(wechat)
        post = await publish_post(http, platform)
        details = await read(http, post)
        [message] = platform.account().store(PublishedArticles).list_published(clock())
        [comment] = await answer_comment(http, post, read_as_followers(platform, message))
        clock.skip(TWO_DAYS)
        day = to_day(message.published_at).isoformat()
        span = {"first": day, "last": day}
        await http.post(f"{STATISTICS}/refetch", json=span)
        await until(partial(is_counted, http, span), within=30)
        [account_day] = await read_figures(http, "days", **span)
        [article_day] = await read_figures(http, "articles", post=post, **span)
        file = (await http.get(f"{STATISTICS}/articles/export", params=span)).text

    assert (details["approval"]["by"], details["urls"]) == ("王敏", message.urls)
    assert comment["reply"]["content"] == SHIPPED
    counts = ("readers", "sharers", "comments", "articles_published")
    assert [account_day[name] for name in counts] == [2, 1, 1, 1]
    assert article_day == {
        "day": day, "msgid": f"{message.msg_data_id}_1", "title": "春茶上新",
        "url": message.urls[0], "published": day, "notified": False,
        "readers": 2, "reader_scenes": {"公众号消息": 1, "朋友圈": 1}, "sharers": 1,
        "total_readers": 2, "total_sharers": 1, "total_hearts": 0, "total_likes": 0,
        "total_comments": 1, "total_collectors": 0, "total_praise": 0, "total_new_followers": 0,
        "delivery_rate": 0.0, "finish_rate": 0.5, "minutes_read": 2.0,
        "leave_rates": {"1": 0.5, "5": 0.5},
    }  # fmt: skip
    assert "春茶上新" in file
