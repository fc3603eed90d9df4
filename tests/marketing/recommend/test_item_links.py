"""The link of a recommended item counts where the account can count it, and is plain elsewhere."""

from structlog.testing import capture_logs

from app.accounts import Account
from app.marketing.events.items import Item, ItemKind
from app.marketing.events.links import CountingLink, read_link
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.values import Recommendation, RecommendedItem

KEY = "sixteen-and-more-letters"
TEA = "https://shop.example.com/tea"
NOW = 1_800_000_000
FOLLOWER = "f-0123456789abcdef"


def make_links(public_url: str = "https://wx.example.com/", *domains: str) -> ItemLinks:
    account = Account(name="shop", appid="wx1", token="token", link_domains=domains)
    return ItemLinks(accounts={"shop": account}, public_url=public_url, key=KEY, clock=lambda: NOW)


def make_address(links: ItemLinks, link: str) -> str:
    item = Item(
        account="shop",
        id="tea",
        kind=ItemKind.PRODUCT,
        title="明前龙井",
        link=link,
        created=1,
        changed=1,
    )
    entry = RecommendedItem(item, "picked", "编辑精选")
    answer = Recommendation(
        id="r-1", account="shop", strategy="picked", explanation="", items=[entry],
        campaign="spring", experiment="ranker", variant="B",
    )  # fmt: skip
    return links.make_address(answer, entry, FOLLOWER)


def test_a_tap_tells_follower_item_recommendation_campaign_and_variant() -> None:
    address = make_address(make_links("https://wx.example.com/", "shop.example.com"), TEA)

    assert read_link(address.removeprefix("https://wx.example.com/l/"), KEY) == CountingLink(
        account="shop", url=TEA, expires=NOW + 90 * 86_400, pseudonym=FOLLOWER, item="tea",
        campaign="spring", experiment="ranker", variant="B", recommendation="r-1",
        strategy="picked",
    )  # fmt: skip


def test_what_cannot_be_counted_is_plain_and_why_is_logged_once() -> None:
    own = make_links("https://wx.example.com", "shop.example.com")
    far = "https://mp.weixin.qq.com/s/abc"
    long = f"{TEA}?{'a' * 900}"

    with capture_logs() as logs:
        addresses = [
            make_address(own, far), make_address(own, far), make_address(own, long),
            make_address(make_links("", "shop.example.com"), TEA),
            make_address(make_links("https://wx.example.com"), TEA), make_address(own, ""),
        ]  # fmt: skip

    assert addresses == [far, far, long, TEA, TEA, ""]
    assert [each["reason"] for each in logs] == [
        "an item's link is of none of the account's link_domains",
        "the link that counts is too long",
        "PUBLIC_URL is not set",
        "link_domains names no domain of the account",
    ]
