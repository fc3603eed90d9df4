"""Makes the links of recommended items: a link that counts where the item is on the account's own
domains, so that a tap becomes a click of its recommendation; otherwise the item's plain link.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.accounts import Accounts, get
from app.marketing.events.items import Item
from app.marketing.events.links import CountingLink, ForeignAddress, check_address, sign_link
from app.marketing.recommend.values import Recommendation, RecommendedItem

GOOD_FOR = 90 * 86_400  # seconds
LONGEST_ADDRESS = 1_024  # characters of a card's link

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLinks:
    """`public_url`: where followers reach `/l/TOKEN`, "" for nowhere; `key`: that of pseudonyms."""

    accounts: Accounts
    public_url: str
    key: str
    clock: Callable[[], float] = time.time
    _logged_reasons: set[tuple[str, str]] = field(default_factory=set)  # by account

    def make_address(
        self, recommendation: Recommendation, entry: RecommendedItem, pseudonym: str
    ) -> str:
        """The link by which a follower opens the item; "" for an item without one.

        Why an account's links aren't counted is logged once.
        """
        item, account = entry.item, get(self.accounts, recommendation.account)
        if not item.link:
            return ""
        reason = self._find_obstacle(item, account.link_domains)
        if reason:
            return self._tell_plain(account.name, item, reason)
        address = f"{self.public_url.rstrip('/')}/l/" + sign_link(
            self._build_link(recommendation, entry, pseudonym), self.key
        )
        if len(address) > LONGEST_ADDRESS:
            return self._tell_plain(account.name, item, "the link that counts is too long")
        return address

    def _find_obstacle(self, item: Item, domains: tuple[str, ...]) -> str:
        """Why the item's link isn't counted; "" where it is."""
        if not domains:
            return "link_domains names no domain of the account"
        if not self.public_url:
            return "PUBLIC_URL is not set"
        try:
            check_address(item.link, domains)
        except ForeignAddress:
            return "an item's link is of none of the account's link_domains"
        return ""

    def _build_link(
        self, recommendation: Recommendation, entry: RecommendedItem, pseudonym: str
    ) -> CountingLink:
        return CountingLink(
            account=recommendation.account,
            url=entry.item.link,
            expires=int(self.clock()) + GOOD_FOR,
            pseudonym=pseudonym,
            item=entry.item.id,
            campaign=recommendation.campaign,
            experiment=recommendation.experiment,
            variant=recommendation.variant,
            recommendation=recommendation.id,
            strategy=entry.strategy,
        )

    def _tell_plain(self, account: str, item: Item, reason: str) -> str:
        if (account, reason) not in self._logged_reasons:
            self._logged_reasons.add((account, reason))
            log.info("recommended_links_not_counted", account=account, item=item.id, reason=reason)
        return item.link
