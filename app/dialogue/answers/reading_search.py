"""Searches for evidence by a message's readings: the first, then others if that isn't certain.

Most messages that an account can answer are whole questions. Each further reading costs as much
as the message itself: half of the search's time where a follower asks one question after another.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.context import Context
from app.dialogue.understanding.query_rewriting import search_vectors
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.inference.ports import Classification
from app.knowledge.search.query import Query
from app.knowledge.service import Knowledge
from app.knowledge.values import Evidence

SearchedReading = tuple[RewrittenQuestion, Sequence[Evidence]]
Queries = Sequence[Query | None]  # of one reading: one for each of its texts

CERTAIN = 0.8  # probability from which no other reading is searched


async def embed_readings(
    knowledge: Knowledge,
    contexts: Sequence[Context],
    readings: Sequence[Sequence[RewrittenQuestion]],
) -> list[list[Queries]]:
    """Embed the readings' texts: for each context and reading, a query for each text."""
    texts = [
        (context.account.name, text)
        for context, some in zip(contexts, readings, strict=True)
        for reading in some
        for text in reading.texts
    ]
    queries = iter(await knowledge.build_queries(texts))
    return [[[next(queries) for _ in reading.texts] for reading in some] for some in readings]


async def search_readings(
    knowledge: Knowledge,
    contexts: Sequence[Context],
    readings: Sequence[Sequence[RewrittenQuestion]],
    queries: Sequence[Sequence[Queries]],
) -> list[list[SearchedReading]]:
    """For each context its searched readings with evidence; `queries` are the first readings'."""
    first = await _verify_readings(knowledge, contexts, [some[:1] for some in readings], queries)
    others = [
        some[1:] if is_open(searched, context.session.last_entry_id) else ()
        for context, some, searched in zip(contexts, readings, first, strict=True)
    ]
    if not any(others):
        return first
    embedded = await embed_readings(knowledge, contexts, others)
    rest = await _verify_readings(knowledge, contexts, others, embedded)
    return [[*some, *more] for some, more in zip(first, rest, strict=True)]


def is_open(searched: Sequence[SearchedReading], last: str | None) -> bool:
    """Whether to search another reading too; `last` is the entry that answered before.

    Always so for a short question searched together with the previous one, as it may be about
    that: 运费谁出 after 可以退货吗.
    """
    for reading, evidence in searched:
        if reading.previous_question and not reading.is_followup:
            return True
        best = max(evidence, key=lambda each: each.probability, default=None)
        certain = best is not None and best.probability >= CERTAIN
        return not certain or (reading.is_followup and best is not None and best.id == last)
    return False


async def _verify_readings(
    knowledge: Knowledge,
    contexts: Sequence[Context],
    readings: Sequence[Sequence[RewrittenQuestion]],
    queries: Sequence[Sequence[Queries]],
) -> list[list[SearchedReading]]:
    blended_queries = [
        [
            (reading, _blend_queries(reading, context.classification, some))
            for reading, some in zip(*each, strict=True)
        ]
        for context, *each in zip(contexts, readings, queries, strict=True)
    ]
    evidence = iter(
        await knowledge.find_evidence([
            (context.account.name, query)
            for context, each in zip(contexts, blended_queries, strict=True)
            for _, query in each
            if query
        ])
    )  # fmt: skip
    return [
        [(reading, next(evidence) if query else ()) for reading, query in a]
        for a in blended_queries
    ]


def _blend_queries(
    reading: RewrittenQuestion, classification: Classification | None, queries: Queries
) -> Query | None:
    """One query with the vectors of the message and the question before blended; else None."""
    usable = [query for query in queries if query]
    if not (classification and usable and len(usable) == len(queries)):
        return None
    vector = search_vectors.blend_vectors(
        reading, classification, [query.vector for query in usable]
    )
    return replace(usable[-1], vector=vector)
