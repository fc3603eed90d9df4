"""Drafts of articles, and product cards for them.

Pages: /doc/subscription/api/draftbox/draftmanage/api_draft_add.html, api_draft_update.html,
api_getdraft.html, api_draft_batchget.html, api_draft_count.html, api_draft_delete.html,
api_draft_switch.html; /doc/subscription/api/draftbox/shop/api_ecsgetproductcardinfo.html.
"""

from html import escape

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface
from app.simulator.publishing.article_checks import ProductKeys, check_article, check_articles
from app.simulator.publishing.articles import (
    DraftBox,
    StoredDraft,
    make_article_url,
    render_article,
    render_item,
)

MOST_LISTED = 20
CARDS = {"news": (0, 1, 2), "newspic": (1, 2, 3)}  # large, small, link, bar


def add_draft(call: Call) -> Answer:
    """Store the articles as a draft."""
    articles = check_articles(call.account, call.body.get("articles"))
    media_id = call.account.next_id("draft")
    now = int(call.now)
    urls = [make_article_url(call.account, "/s/draft-") for _ in articles]
    draft = StoredDraft(articles=articles, urls=urls, created_at=now, updated_at=now)
    call.account.store(DraftBox).drafts[media_id] = draft
    return {"media_id": media_id, "item": []}


def update_draft(call: Call) -> Answer:
    """Replace one article: `articles` is the article, and no list."""
    draft = _find_draft(call)
    index = call.number("index", 0)
    refuse_unless(0 <= index < len(draft.articles), 40114)
    alone = len(draft.articles) == 1
    draft.articles[index] = check_article(call.account, call.body.get("articles"), alone=alone)
    draft.updated_at = int(call.now)
    return OK


def get_draft(call: Call) -> Answer:
    """The articles of a draft."""
    draft = _find_draft(call)
    return {
        "news_item": _render(draft, no_content=False),
        "create_time": draft.created_at,
        "update_time": draft.updated_at,
    }


def list_drafts(call: Call) -> Answer:
    """Drafts, those changed last first."""
    offset, count = call.number("offset"), call.number("count")
    refuse_unless(1 <= count <= MOST_LISTED and offset >= 0, 40097)
    no_content = bool(call.number("no_content", 0))
    drafts = sorted(
        call.account.store(DraftBox).drafts.items(), key=lambda item: -item[1].updated_at
    )
    page = drafts[offset : offset + count]
    return {
        "total_count": len(drafts),
        "item_count": len(page),
        "item": [
            render_item("media_id", media_id, _render(draft, no_content), draft.updated_at)
            for media_id, draft in page
        ],
    }


def count_drafts(call: Call) -> Answer:
    """How many drafts there are."""
    return {"total_count": len(call.account.store(DraftBox).drafts)}


def delete_draft(call: Call) -> Answer:
    """Delete a draft for good."""
    _find_draft(call)
    del call.account.store(DraftBox).drafts[call.body["media_id"]]
    return OK


def switch_drafts(call: Call) -> Answer:
    """Open the draft box, or with `checkonly=1` say whether it is open. It can't be closed."""
    box = call.account.store(DraftBox)
    if call.query.get("checkonly") != "1":
        box.is_open = True
    return {**OK, "is_open": int(box.is_open)}


def get_product_card(call: Call) -> Answer:
    """The card of a product: a DOM for the content, or a key for `product_info`."""
    refuse_unless(call.account.account.sells_products, -1)  # as observed without the ability
    product_id = call.text("product_id", 10170001)
    kind, card = str(call.body.get("article_type")), call.body.get("card_type")
    refuse_unless(product_id.isdecimal(), 10170001)
    refuse_unless(kind in CARDS, 10170002)
    refuse_unless(card in CARDS[kind], 10170003)
    key = call.account.next_id("product")
    call.account.store(ProductKeys).products[key] = product_id
    if kind == "newspic":
        return {**OK, "product_key": key}
    dom = f'<mp-common-product data-key="{escape(key)}" data-card="{card}"></mp-common-product>'
    return {**OK, "product_key": key, "DOM": dom}


def _find_draft(call: Call) -> StoredDraft:
    return call.account.store(DraftBox).find(call.text("media_id", 40007))


def _render(draft: StoredDraft, no_content: bool) -> list[Body]:
    return [
        render_article(article, url, no_content=no_content)
        for article, url in zip(draft.articles, draft.urls, strict=True)
    ]


def _post(path: str, answer: Handler, a_day: int) -> Interface:
    return Interface(
        method="POST", path=path, answer=answer, right=Right.DRAFT, budget=Budget(path, a_day=a_day)
    )


COUNT, SWITCH = "/cgi-bin/draft/count", "/cgi-bin/draft/switch"
FAMILY = Family(
    "drafts",
    (
        _post("/cgi-bin/draft/add", add_draft, 1000),
        _post("/cgi-bin/draft/update", update_draft, 1000),
        _post("/cgi-bin/draft/get", get_draft, 500),
        _post("/cgi-bin/draft/batchget", list_drafts, 1000),
        _post("/cgi-bin/draft/delete", delete_draft, 1000),
        Interface(
            method="GET", path=COUNT, answer=count_drafts, right=Right.DRAFT,
            budget=Budget(COUNT, a_day=1000),
        ),
        Interface(
            method="POST", path=SWITCH, answer=switch_drafts, right=Right.DRAFT, body="none"
        ),
        Interface(
            method="POST", path="/channels/ec/service/product/getcardinfo",
            answer=get_product_card, right=Right.DRAFT,
        ),
    ),
    stores=(DraftBox, ProductKeys),
)  # fmt: skip
