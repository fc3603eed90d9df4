"""Keeps one draft on the platform for each post: added once, then updated. Texts have none."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import Account
from app.publishing.preparing import PostPreparer, refuse_errors
from app.publishing.sending.outcomes import was_refused
from app.publishing.steps import PostStep, PostSteps
from app.publishing.text_messages.checking import check_text_message
from app.publishing.values import Post
from app.wechat.client.errors import ApiError
from app.wechat.client.families.drafts import Drafts
from app.wechat.client.families.mass import MassArticles, MassContent, MassText
from app.wechat.client.request_values.articles import DraftArticle
from app.wechat.client.request_values.validation import BAD_MEDIA_ID

_CLOCKS_APART = 300.0  # seconds that the platform's clock may be behind ours


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftKeeper:
    """Writes posts to the draft box."""

    drafts: Drafts
    preparer: PostPreparer
    steps: PostSteps

    async def make_content(self, account: Account, post: Post, segment: int = 0) -> MassContent:
        """What a mass send of a segment consists of: its draft, or the text. Raises as `write`."""
        message = post.text_message
        if message is None:
            return MassArticles(await self.write(account, post, segment))
        checked = check_text_message(message)
        refuse_errors([checked])
        return MassText(checked.content)

    async def write(self, account: Account, post: Post, segment: int = 0) -> str:
        """The media_id of the draft that holds the post's present version for a segment.

        Raises BadArticle, BadImage, InvalidField, ApiError.
        """
        step = await self.steps.find(post, "draft", segment)
        if step is not None and step.is_answered:
            return str(step.answer["media_id"])
        articles = await self.preparer.prepare(account, post)
        try:
            media_id = await self._update_or_add(account, post, segment, articles)
        except ApiError as error:
            # Images that the platform had are gone, deleted in its console. The others stay.
            is_lost = error.code == BAD_MEDIA_ID
            if not is_lost or not await self.preparer.forget_materials(account, articles):
                raise
            articles = await self.preparer.prepare(account, post)
            media_id = await self._update_or_add(account, post, segment, articles)
        answer = {"media_id": media_id, "articles": len(articles)}
        await self.steps.end(post, "draft", answer, segment=segment)
        return media_id

    async def _update_or_add(
        self, account: Account, post: Post, segment: int, articles: Sequence[DraftArticle]
    ) -> str:
        media_id = await self._update_former(account, post, segment, articles)
        return media_id or await self._add_once(account, post, segment, articles)

    async def _update_former(
        self, account: Account, post: Post, segment: int, articles: Sequence[DraftArticle]
    ) -> str | None:
        """Update the draft of the former version; None where it is gone or has another size."""
        former = await self.steps.find_latest(post, "draft", segment)
        if former is None or former.answer["articles"] != len(articles):
            return None
        media_id = str(former.answer["media_id"])
        try:
            for index, article in enumerate(articles):
                await self.drafts.update(account, media_id, article, index)
        except ApiError as error:
            if error.code == BAD_MEDIA_ID:  # published with the former version, or deleted by hand
                return None
            raise
        return media_id

    async def _add_once(
        self, account: Account, post: Post, segment: int, articles: Sequence[DraftArticle]
    ) -> str:
        earlier = await self.steps.begin(post, "draft", segment)
        if earlier and (media_id := await self._find_added(account, earlier, articles)):
            return media_id
        try:
            return (await self.drafts.add(account, articles)).media_id
        except ApiError as error:
            if was_refused(error):
                await self.steps.cancel(post, "draft", segment)
            raise

    async def _find_added(
        self, account: Account, step: PostStep, articles: Sequence[DraftArticle]
    ) -> str | None:
        """The draft of an earlier try whose answer was lost: with our title and our cover."""
        page = await self.drafts.list_page(account)
        ours = [(article.title, article.thumb_media_id) for article in articles]
        for item in page.item:
            theirs = [(each.title, each.thumb_media_id) for each in item.content.news_item]
            if theirs == ours and item.update_time >= step.begun_at - _CLOCKS_APART:
                return item.media_id
        return None
