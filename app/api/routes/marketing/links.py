"""REST that makes links that count. `app.api.link_redirects` follows them."""

import time

from app.api.schemas.marketing.links import (
    CountingLinkResponse,
    MakeLinksRequest,
    MakeLinksResponse,
)
from app.deps import State, api_router
from app.marketing.events.links import CountingLink, check_address, sign_link
from app.marketing.events.values import EventKind
from app.privacy.pseudonym import make_pseudonym

router = api_router("/api/v1/links", "events", "events")


@router.post("")
async def make_links(request: MakeLinksRequest, state: State) -> MakeLinksResponse:
    """Make links to an address of the account's own domains. Nothing is stored."""
    account, key = state.get_account(request.account), state.settings.key_of_pseudonyms
    check_address(request.url, account.link_domains)
    expires = int(time.time()) + request.days * 86_400
    fields = request.model_dump(exclude={"openids", "days", "account", "kind"})
    links = [
        CountingLinkResponse(
            openid=openid,
            address=f"{state.settings.reached_at}/l/"
            + sign_link(
                CountingLink(
                    account=account.name, expires=expires, kind=EventKind(request.kind),
                    pseudonym=make_pseudonym(openid, key) if openid else "", **fields,
                ),
                key,
            ),
        )
        for openid in request.openids or [""]
    ]  # fmt: skip
    return MakeLinksResponse(links=links, expires=expires)
