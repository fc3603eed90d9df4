"""REST for an account's rules: read and write them as one document, and preview drafts."""

import time
from datetime import datetime

from app.accounts import Account
from app.api.schemas.rules import (
    MatchedRuleResponse,
    RulesPreviewRequest,
    RulesPreviewResponse,
    RulesRequest,
    RulesResponse,
)
from app.deps import AppState, ServedAccount, State, api_router
from app.rules import repository
from app.rules import rulebook as rules_rulebook
from app.rules.rulebook import Rulebook
from app.rules.values import Rules

router = api_router("/api/v1/rules", "rules", "rules")


@router.get("")
async def read_rules(state: State, account: ServedAccount) -> RulesResponse:
    """Read the account's rules and their revision; empty rules of revision 0 before the first."""
    return await _read_saved(state, account.name)


@router.put("")
async def write_rules(request: RulesRequest, state: State) -> RulesResponse:
    """Replace the rules of `revision`; 409 when they were changed meanwhile.

    Workers use the new rules within two seconds.
    """
    state.get_account(request.account)
    revision = await repository.write_rules(
        state.engine, request.account, request.rules, request.revision
    )
    return RulesResponse(account=request.account, revision=revision, rules=request.rules)


@router.post("/preview")
async def preview_rules(request: RulesPreviewRequest, state: State) -> RulesPreviewResponse:
    """Preview which rule would answer at a time, and its reply. Nothing is saved or sent."""
    account = state.get_account(request.account)
    saved = await _read_saved(state, account.name) if request.rules is None else None
    rulebook = rules_rulebook.prepare_rulebook(saved.rules if saved else request.rules or Rules())
    result = preview_response(rulebook, request, account)
    return result.model_copy(update={"revision": saved.revision if saved else None})


async def _read_saved(state: AppState, account: str) -> RulesResponse:
    rules, revision = await repository.read_rules(state.engine, account)
    return RulesResponse(account=account, revision=revision, rules=rules)


def preview_response(
    rulebook: Rulebook, request: RulesPreviewRequest, account: Account
) -> RulesPreviewResponse:
    """The rulebook's answer to the preview's message, with slots filled."""
    now = _to_timestamp(request.at, rulebook)
    rule_answer = rulebook.answer(request.kind, request.message_text, now)
    opens = rulebook.opens_next(now)

    def fill(text: str) -> str:
        return rulebook.fill(text, account.brand, account.service_hours, now)

    return RulesPreviewResponse(
        rule=MatchedRuleResponse(
            part=rule_answer.part, rule=rule_answer.rule, matched=rule_answer.matched
        )
        if rule_answer
        else None,
        reply=fill(rule_answer.reply) if rule_answer else "",
        ask=rule_answer.ask if rule_answer else "",
        to_person=rule_answer.to_person if rule_answer else False,
        open=rulebook.open_at(now),
        opens=None if opens is None else datetime.fromtimestamp(opens, rulebook.zone),
        outside=fill(rulebook.outside(now)),
        revision=None,
    )


def _to_timestamp(at: datetime | None, rulebook: Rulebook) -> float:
    if at is None:
        return time.time()
    return (at if at.tzinfo else at.replace(tzinfo=rulebook.zone)).timestamp()
