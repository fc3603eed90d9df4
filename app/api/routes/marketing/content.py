"""REST for content: a text is checked against the Advertising Law, and the rules are edited."""

import asyncio
from dataclasses import asdict

from app.api.schemas.marketing.content import (
    AdvertisingRulesRequest,
    AdvertisingRulesResponse,
    ContentCheckRequest,
    ContentCheckResponse,
    ContentFindingResponse,
    RequiredNoticeResponse,
)
from app.db.account_documents import AccountDocuments
from app.deps import ServedAccount, State, api_router
from app.safety.advertising import checking
from app.safety.advertising.labelling import check_label
from app.safety.advertising.notices import list_missing_notices
from app.safety.advertising.own_rules import check_account_rules
from app.safety.advertising.rewriting import rewrite
from app.safety.advertising.rule_schema import NAME, AccountRules, load_shipped_rules
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.sensitive_words import find_sensitive_words
from app.safety.advertising.stored_rules import read_account_rulebook
from app.safety.advertising.values import AdvertisingFinding
from app.safety.moderation import Moderation, parse_moderation
from app.safety.words import word_lists

router = api_router("/api/v1/content", "content", "content")


@router.post("/check")
async def check_content(request: ContentCheckRequest, state: State) -> ContentCheckResponse:
    """Check a text against the Advertising Law, the platform's rules and the account's words."""
    account = state.get_account(request.account)
    rulebook = await read_account_rulebook(state.engine, account.name)
    content, _ = await AccountDocuments(state.engine, word_lists.NAME).read(account.name)
    moderation = await asyncio.to_thread(parse_moderation, content or {})
    return await asyncio.to_thread(_check, request, rulebook, moderation)


@router.get("/rules")
async def read_advertising_rules(state: State, account: ServedAccount) -> AdvertisingRulesResponse:
    """Read the account's changes with their revision, and the shipped rules."""
    content, revision = await AccountDocuments(state.engine, NAME).read(account.name)
    return _rules_response(account.name, content, revision)


@router.put("/rules")
async def write_advertising_rules(
    rules: AdvertisingRulesRequest, state: State
) -> AdvertisingRulesResponse:
    """Replace the changes of `revision`. A laxer one names its reason and its author; a rule of its
    own finds its example, and neither its counter-example nor its wording.
    """
    state.get_account(rules.account)
    await asyncio.to_thread(check_account_rules, rules.own)
    documents = AccountDocuments(state.engine, NAME)
    revision = await documents.write(rules.account, rules.content, rules.revision)
    return _rules_response(rules.account, rules.content, revision)


def _check(
    request: ContentCheckRequest, rulebook: AdvertisingRulebook, moderation: Moderation
) -> ContentCheckResponse:
    def find_places(text: str) -> list[AdvertisingFinding]:
        findings = checking.check(text, request.industry, rulebook)
        findings += find_sensitive_words(text, moderation)
        if request.generated:
            findings += check_label(text)
        return sorted(findings, key=lambda finding: (finding.start, finding.end))

    findings = find_places(request.text)
    rewritten = rewrite(request.text, findings, passes=lambda text: not find_places(text))
    is_lawful = rewritten.text != "" and not (findings and find_places(rewritten.text))
    return ContentCheckResponse(
        findings=[ContentFindingResponse(**asdict(finding)) for finding in findings],
        notices=[
            RequiredNoticeResponse(
                notice=each.id, title=each.title, law=each.law, wording=each.wording.get("zh", "")
            )
            for each in list_missing_notices(request.text, request.industry)
        ],
        rewritten=rewritten.text if is_lawful else None,
        dropped=list(rewritten.dropped) if is_lawful else [],
    )


def _rules_response(account: str, content: object, revision: int) -> AdvertisingRulesResponse:
    own = AccountRules.model_validate(content or {})
    return AdvertisingRulesResponse(
        account=account, revision=revision, defaults=load_shipped_rules(), **own.__dict__
    )
