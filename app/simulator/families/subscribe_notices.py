"""Subscribe notices: public templates, the account's own, and sending with consent.

Pages: /doc/service/api/notify/notify/api_addwxanewtemplate.html, api_delwxanewtemplate.html,
api_getcategory.html, api_getpubnewtemplatekeywords.html, api_getpubnewtemplatetitles.html,
api_getwxapubnewtemplate.html, api_sendnewsubscribemsg.html.
"""

from dataclasses import dataclass, field
from typing import Any

from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface

CATEGORY: Body = {"id": 307, "name": "电商平台"}
ONCE = 2  # type of a template: agreed to once; 3 for good
TITLES: tuple[Body, ...] = (
    {"tid": 1001, "title": "订单发货提醒", "type": ONCE, "categoryId": "307"},
    {"tid": 1002, "title": "到货通知", "type": ONCE, "categoryId": "307"},
)
KEYWORDS: tuple[Body, ...] = (
    {"kid": 1, "name": "订单号", "example": "20260101", "rule": "character_string"},
    {"kid": 2, "name": "快递公司", "example": "顺丰", "rule": "thing"},
    {"kid": 3, "name": "发货时间", "example": "2026年1月1日", "rule": "time"},
)
LEAST_KEYWORDS, MOST_KEYWORDS, MOST_TITLES = 2, 5, 30


@dataclass
class NoticeStore:
    """An account's templates by id, and how often each follower agreed ("openid template_id")."""

    templates: dict[str, Body] = field(default_factory=dict)
    consents: dict[str, int] = field(default_factory=dict)

    def agree(self, openid: str, template_id: str) -> None:
        """A follower agrees to one notice."""
        key = f"{openid} {template_id}"
        self.consents[key] = self.consents.get(key, 0) + 1


def list_categories(_: Call) -> Answer:
    """The account's categories."""
    return {**OK, "data": [CATEGORY]}


def list_titles(call: Call) -> Answer:
    """Public templates of the categories."""
    ids = call.query.get("ids", "").split(",")
    pages = [call.query.get("start", "0"), call.query.get("limit", "30")]
    refuse_unless(all(each.isdecimal() for each in pages), 40097)
    start, limit = map(int, pages)
    refuse_unless(1 <= limit <= MOST_TITLES, 40097)
    titles = [title for title in TITLES if title["categoryId"] in ids]
    return {**OK, "count": len(titles), "data": titles[start : start + limit]}


def list_keywords(call: Call) -> Answer:
    """Keywords of a public template."""
    _find_title(call.query.get("tid", ""))
    return {**OK, "count": len(KEYWORDS), "data": list(KEYWORDS)}


def add_template(call: Call) -> Answer:
    """Take a public template with some of its keywords."""
    title = _find_title(str(call.body.get("tid")))
    kids: Any = call.body.get("kidList")
    keywords = {keyword["kid"]: keyword for keyword in KEYWORDS}
    if not isinstance(kids, list) or not all(isinstance(kid, int) for kid in kids):
        raise Refused(47001)
    refuse_unless(set(kids) <= set(keywords), 47001)
    refuse_unless(LEAST_KEYWORDS <= len(kids) <= MOST_KEYWORDS, 47001)
    template_id = call.account.next_id("notice")
    call.account.store(NoticeStore).templates[template_id] = {
        "priTmplId": template_id,
        "title": title["title"],
        "content": "\n".join(
            f"{keywords[kid]['name']}:{{{{{keywords[kid]['rule']}{kid}.DATA}}}}" for kid in kids
        ),
        "example": "\n".join(f"{keywords[kid]['name']}:{keywords[kid]['example']}" for kid in kids),
        "type": title["type"],
    }
    return {**OK, "priTmplId": template_id}


def list_templates(call: Call) -> Answer:
    """The account's templates."""
    return {**OK, "data": list(call.account.store(NoticeStore).templates.values())}


def delete_template(call: Call) -> Answer:
    """Remove a template."""
    store, template_id = call.account.store(NoticeStore), str(call.body.get("priTmplId"))
    refuse_unless(template_id in store.templates, 40037)
    del store.templates[template_id]
    return OK


def send_notice(call: Call) -> Answer:
    """Send the notice that a follower agreed to; each consent is good once. 43101 without."""
    store, template_id = call.account.store(NoticeStore), call.text("template_id", 40037)
    refuse_unless(template_id in store.templates, 40037)
    openid = call.text("touser", 40003)
    key = f"{openid} {template_id}"
    refuse_unless(store.consents.get(key, 0) > 0, 43101)
    data = call.body.get("data")
    if not isinstance(data, dict):
        raise Refused(47001)
    store.consents[key] -= 1
    values = {name: each.get("value") for name, each in data.items() if isinstance(each, dict)}
    call.platform.deliver(openid, {"msgtype": "notice", "notice": values})
    return OK


def _find_title(tid: str) -> Body:
    for title in TITLES:
        if str(title["tid"]) == tid:
            return title
    raise Refused(40037)


def _make(method: Any, name: str, answer: Any) -> Interface:
    path, right = f"/wxaapi/newtmpl/{name}", Right.SUBSCRIBE_NOTICE
    return Interface(method=method, path=path, answer=answer, right=right)


FAMILY = Family(
    "subscribe_notices",
    (
        _make("POST", "addtemplate", add_template),
        _make("POST", "deltemplate", delete_template),
        _make("GET", "getcategory", list_categories),
        _make("GET", "getpubtemplatekeywords", list_keywords),
        _make("GET", "getpubtemplatetitles", list_titles),
        _make("GET", "gettemplate", list_templates),
        Interface(
            method="POST", path="/cgi-bin/message/subscribe/bizsend", answer=send_notice,
            right=Right.SUBSCRIBE_NOTICE,
        ),
    ),
    stores=(NoticeStore,),
)  # fmt: skip
