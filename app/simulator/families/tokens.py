"""Access tokens and the ticket of the JS-SDK.

Pages: /doc/subscription/api/base/api_getstableaccesstoken.html, api_getaccesstoken.html,
/doc/service/api/webdev/jssdk/api_getticket.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.simulator.accounts import quotas, rights
from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.state import AccountState
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface

STABLE_TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
TOKEN = "/cgi-bin/token"  # noqa: S105 - a path
TICKET_KINDS = ("jsapi", "wx_card")
TICKET_SECONDS = 7200

STABLE_TOKEN_BUDGET = Budget(STABLE_TOKEN, a_day=500_000, a_minute=10_000)
TOKEN_BUDGET = Budget(TOKEN, a_day=2000)


@dataclass
class Ticket:
    """The ticket that was handed out last, and when it ends (seconds since 1970)."""

    name: str = ""
    expires_at: float = 0.0


def get_stable_token(call: Call) -> Answer:
    """The token that doesn't rotate; `force_refresh` replaces it, 20 times a day."""
    state = check_credential(call, call.body)
    quotas.spend(state, STABLE_TOKEN_BUDGET, call.now)
    token, seconds = call.tokens.stable(
        state.account.appid, force_refresh=bool(call.body.get("force_refresh"))
    )
    return {"access_token": token, "expires_in": seconds}


def get_token(call: Call) -> Answer:
    """A new token at each call; the one before lives for five more minutes."""
    state = check_credential(call, call.query)
    quotas.spend(state, TOKEN_BUDGET, call.now)
    token, seconds = call.tokens.rotated(state.account.appid)
    return {"access_token": token, "expires_in": seconds}


def check_credential(call: Call, parameters: Mapping[str, Any]) -> AccountState:
    """The account of an appid and a secret.

    Raises Refused: 40002, 40013, 40125, 40164 for the address, 40243 for a frozen secret.
    """
    refuse_unless(parameters.get("grant_type") == "client_credential", 40002)
    return find_account(call, parameters.get("appid"), parameters.get("secret"))


def find_account(call: Call, appid: object, secret: object) -> AccountState:
    """The account of an appid and a secret. Raises Refused: 41002, 41004, 40013 and so on."""
    refuse_unless(appid, 41002)
    refuse_unless(secret, 41004)
    state = call.platform.accounts.get(str(appid))
    if state is None:
        raise Refused(40013)
    refuse_unless(secret == state.account.secret, 40125)
    refuse_unless(not state.account.secret_frozen, 40243)
    rights.check_address(state.account, call.client_ip)
    return state


def get_ticket(call: Call) -> Answer:
    """The ticket that signs pages of the JS-SDK; the same one for two hours."""
    refuse_unless(call.query.get("type") in TICKET_KINDS, 40097)
    ticket = call.account.store(Ticket)
    if call.now >= ticket.expires_at:
        ticket.name = call.account.next_id("ticket") * 2
        ticket.expires_at = call.now + TICKET_SECONDS
    return {**OK, "ticket": ticket.name, "expires_in": int(ticket.expires_at - call.now)}


FAMILY = Family(
    "tokens",
    (
        Interface(method="POST", path=STABLE_TOKEN, answer=get_stable_token, needs_token=False,
                  budget=STABLE_TOKEN_BUDGET),
        Interface(method="GET", path=TOKEN, answer=get_token, needs_token=False,
                  budget=TOKEN_BUDGET),
        Interface(method="GET", path="/cgi-bin/ticket/getticket", answer=get_ticket),
    ),
    stores=(Ticket,),
)  # fmt: skip
