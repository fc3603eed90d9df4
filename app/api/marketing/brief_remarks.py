"""Describes stored briefs with remarks on facts that the law check refuses."""

import asyncio
from collections.abc import Sequence

from app.api.schemas.marketing.briefs import BriefResponse, describe_brief
from app.deps import AppState
from app.kit.field_faults import Language, choose_language
from app.marketing.content.brief_checks.unlawful_facts import list_unlawful_facts
from app.marketing.content.briefs import StoredBrief
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.stored_rules import read_account_rulebook


async def describe_briefs(
    state: AppState, account: str, stored: Sequence[StoredBrief]
) -> list[BriefResponse]:
    """The responses of briefs, by the account's rules of advertising."""
    rulebook = await read_account_rulebook(state.engine, account)
    return await asyncio.to_thread(_describe_all, stored, rulebook, state.language)


def _describe_all(
    stored: Sequence[StoredBrief], rulebook: AdvertisingRulebook, language: Language
) -> list[BriefResponse]:
    return [describe_brief(each, _list_remarks(each, rulebook, language)) for each in stored]


def _list_remarks(
    stored: StoredBrief, rulebook: AdvertisingRulebook, language: Language
) -> list[str]:
    return [
        choose_language(each.describe(), each.explain(), language)
        for each in list_unlawful_facts(stored.brief, rulebook)
    ]
