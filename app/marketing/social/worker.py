"""Runs the jobs that make digests of followers' answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from app.accounts import Account, Accounts, get
from app.db.account_documents import AccountDocuments
from app.inference.ports import Classification, ClassificationFailed, Classifier
from app.jobs import ManageComments
from app.marketing.events.item_repository import MOST_ITEMS, Items
from app.marketing.feelings.moods import find_feeling, measure_mood
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.marketing.social.selecting import select_answers
from app.marketing.social.values import MOST_ANSWERS, DigestOrder, FollowerAnswer
from app.publishing.refusals import translating_refusals
from app.safety.moderation import parse_moderation

ReadComments = Callable[[Account, ManageComments], Awaitable[dict[str, object]]]

_BATCH = 64  # texts of one encoder pass: turns wait behind a batch
_PAGE = 49  # comments of a call, the platform's limit


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestJobHandler:
    """Reads answers, moderates and clusters them."""

    accounts: Accounts
    classifier: Classifier
    read_comments: ReadComments
    word_lists: AccountDocuments
    items: Items

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The digest as JSON values, with the text of an article. Raises TooFewAnswers."""
        order = DigestOrder(**job.request)
        texts = order.texts or await self._read_comments(job.account, order)
        await record(0.2, None)
        chosen, left_out = await self._select(job.account, texts)
        classifications = await self._classify(chosen)
        item_names = await self._list_item_names(job.account)
        await record(0.8, None)
        return await asyncio.to_thread(
            _make_digest, order.question, chosen, classifications, left_out, item_names
        )

    async def _read_comments(self, account_name: str, order: DigestOrder) -> list[str]:
        account = get(self.accounts, account_name)
        texts: list[str] = []
        with translating_refusals():
            while len(texts) < MOST_ANSWERS:
                request = ManageComments(
                    waiter="", account=account_name, post=order.post, article=order.article,
                    action="list", begin=len(texts), count=_PAGE,
                )  # fmt: skip
                page = await self.read_comments(account, request)
                comments = page.get("comment")
                if not isinstance(comments, list) or not comments:
                    break
                texts += [str(each["content"]) for each in comments]
        return texts

    async def _select(self, account: str, texts: Sequence[str]) -> tuple[list[str], dict[str, int]]:
        content, _ = await self.word_lists.read(account)
        moderation = await asyncio.to_thread(parse_moderation, content or {})
        return await asyncio.to_thread(select_answers, texts, moderation)

    async def _list_item_names(self, account: str) -> list[str]:
        """Titles and tags of the account's items, the last changed ones."""
        items = await self.items.list_page(account, limit=MOST_ITEMS)
        return [item.title for item in items] + sorted({tag for each in items for tag in each.tags})

    async def _classify(self, texts: Sequence[str]) -> list[Classification]:
        classifications: list[Classification] = []
        for start in range(0, len(texts), _BATCH):
            for each in await self.classifier.classify(texts[start : start + _BATCH]):
                if isinstance(each, ClassificationFailed):
                    raise each
                classifications.append(each)
        return classifications


def describe_answers(
    texts: Sequence[str], classifications: Sequence[Classification]
) -> list[FollowerAnswer]:
    """The answers with their moods and feelings."""
    return [
        FollowerAnswer(text, measure_mood(text, each), find_feeling(text, each))
        for text, each in zip(texts, classifications, strict=True)
    ]


def _make_digest(
    question: str,
    texts: Sequence[str],
    classifications: Sequence[Classification],
    left_out: dict[str, int],
    item_names: Sequence[str],
) -> JsonObject:
    # Imported here: scikit-learn takes a second of each start.
    import numpy as np

    from app.marketing.social.digesting import make_digest
    from app.marketing.social.markdown import write_markdown

    answers = describe_answers(texts, classifications)
    vectors = np.array([each.vector for each in classifications])
    digest = make_digest(question, answers, vectors, left_out, item_names)
    return asdict(digest) | {"markdown": write_markdown(digest)}
