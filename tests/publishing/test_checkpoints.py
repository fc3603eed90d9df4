"""Published posts are checked on days 1, 3 and 7 with the platform's figures."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.schemas.posts import describe_details
from app.kit.clock import CHINA
from app.publishing.statistics.repository import write_figures
from app.publishing.statistics.values import ArticleDayFigures, Figures
from app.publishing.values import Post
from tests.publishing.factories import make_content
from tests.publishing.sending.senders import SenderSetup, open_sender

DAY = 86_400.0
PUBLISHED_ON = date(2027, 1, 15)  # of NOW, 16:00 in China


async def publish(setup: SenderSetup) -> Post:
    post = await setup.schedule(make_content())
    await setup.sender.send_due()
    await setup.pass_time(60)
    return await setup.read(post)


async def store_readers(setup: SenderSetup, post: Post, day: date, readers: int) -> None:
    """The platform's figures of the article up to a day."""
    msg_data_id = await setup.sender.steps.find_msg_data_id(post)
    figures = ArticleDayFigures(day=day, msgid=f"{msg_data_id}_1", total_readers=readers)
    async with setup.sender.posts.engine.begin() as connection:
        await write_figures(connection, "default", Figures(article_days=[figures]))


async def read_checks(setup: SenderSetup, post: Post) -> list[tuple[int, str, list[int | None]]]:
    """Day, China's time of the check, and readers, as REST shows them."""
    stored_post = await setup.read(post)
    steps = await setup.sender.steps.list_all(stored_post)
    return [
        (
            check.day,
            f"{datetime.fromtimestamp(check.checked_at, CHINA):%m-%d %H:%M}"
            if check.checked_at
            else "",
            [article.total_readers for article in check.articles],
        )
        for check in describe_details(stored_post, steps).checkpoints
    ]


async def test_each_checkpoint_has_the_figures_up_to_the_day_before(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await publish(setup)
        before = await read_checks(setup, post)
        for after, readers in ((0, 100), (2, 180), (6, 200)):
            await store_readers(setup, post, date(2027, 1, 15 + after), readers)
        for _ in range(8):
            await setup.pass_time(DAY)
        after_week = await read_checks(setup, post)

    assert before == [(1, "", []), (3, "", []), (7, "", [])]
    assert after_week == [
        (1, "01-16 16:01", [100]), (3, "01-18 16:01", [180]), (7, "01-22 16:01", [200])
    ]  # fmt: skip


async def test_late_figures_are_waited_for_and_missing_ones_given_up(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await publish(setup)
        await setup.pass_time(DAY)
        early = await read_checks(setup, post)
        await store_readers(setup, post, PUBLISHED_ON, 100)
        await setup.pass_time(3_600)
        late = await read_checks(setup, post)
        for _ in range(12):
            await setup.pass_time(DAY)
        given_up = await read_checks(setup, post)

    assert early[0] == (1, "", [])
    assert late[0] == (1, "01-16 17:01", [100])
    assert [(day, bool(at), readers) for day, at, readers in given_up] == [
        (1, True, [100]), (3, True, []), (7, True, [])
    ]  # fmt: skip
