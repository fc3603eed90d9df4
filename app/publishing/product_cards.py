"""Gets the cards of products from the platform, which only accounts with a shop may show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.accounts import Account
from app.errors import Refusal
from app.publishing.article_html.products import CardSize, ProductPlace
from app.wechat.client.errors import ApiError
from app.wechat.client.families.drafts import Drafts, ProductCard

_CARD_TYPES: dict[CardSize, Literal[0, 1, 2]] = {"large": 0, "small": 1, "link": 2}
_BUSY = -1  # what the platform answers to accounts without a shop, too
_REFUSALS = frozenset({_BUSY, 48001, 53405, 53406, 10170001, 10170002, 10170003})


class BadProduct(Refusal):
    """A product whose card the platform doesn't give."""

    status = 422
    name = "bad_product"


@dataclass(frozen=True, slots=True)
class ProductCards:
    """Asks for cards: HTML for articles, keys for picture messages."""

    drafts: Drafts

    async def get_all(
        self, account: Account, places: Sequence[ProductPlace]
    ) -> dict[ProductPlace, str]:
        """The HTML of each card. Raises BadProduct, ApiError."""
        return {
            place: (await self._get(account, place.product_id, "news", place.size)).DOM
            for place in places
        }

    async def get_key(self, account: Account, product_id: str) -> str:
        """The key of a card in a picture message. Raises BadProduct, ApiError."""
        return (await self._get(account, product_id, "newspic", None)).product_key

    async def _get(
        self,
        account: Account,
        product_id: str,
        kind: Literal["news", "newspic"],
        size: CardSize | None,
    ) -> ProductCard:
        card_type: Literal[0, 1, 2, 3] = 3 if size is None else _CARD_TYPES[size]
        try:
            return await self.drafts.get_product_card(account, product_id, kind, card_type)
        except ApiError as error:
            if error.code not in _REFUSALS or error.meaning is None:
                raise
            reason = (
                "这个公众号可能没有开通带货能力"
                if error.code == _BUSY
                else f"{error.meaning.meaning}，{error.code}"
            )
            raise BadProduct(
                f"拿不到商品 {product_id} 的卡片（{reason}）。"
                "请在微信小店后台核对商品编号和带货权限，或者去掉这个商品。"
            ) from None
