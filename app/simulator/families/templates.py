"""Template messages and one-off subscriptions.

Pages: /doc/service/api/notify/template/api_setindustry.html, api_getindustry.html,
api_addtemplate.html, api_getalltemplates.html, api_deletetemplate.html,
api_sendtemplatemessage.html, api_queryblocktmplmsg.html;
/doc/service/api/notify/subscribe/api_templatesubscribe.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.users import find_follower
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface

MONTH_SECONDS = 30 * 86_400
SAME_CLIENT_ID_SECONDS = 600
MOST_TEMPLATES, MOST_BLOCKED = 25, 100
FIRST_INDUSTRY, LAST_INDUSTRY = 1, 41
SEND, ONCE = "/cgi-bin/message/template/send", "/cgi-bin/message/template/subscribe"


@dataclass(frozen=True)
class LibraryTemplate:
    """A template that accounts may take; one of a category has keywords to choose from."""

    title: str
    keywords: tuple[str, ...]


LIBRARY: Mapping[str, LibraryTemplate] = MappingProxyType({
    "TM00015": LibraryTemplate("订单支付成功", ()),
    "43000": LibraryTemplate("订单发货通知", ("订单编号", "快递公司", "快递单号")),
})  # fmt: skip


@dataclass(kw_only=True)
class TemplateStore:
    """An account's industries, templates, sent messages and blocked ones."""

    industries: list[str] = field(default_factory=list)
    changed_at: float = 0.0  # seconds since 1970
    templates: dict[str, Body] = field(default_factory=dict)  # by template_id
    sent_ids: dict[str, float] = field(default_factory=dict)  # openid and client_msg_id -> when
    blocked: list[Body] = field(default_factory=list)
    block_next: int = 0  # messages that the platform is to block
    consents: list[str] = field(default_factory=list)  # "openid scene" of one-off subscriptions


def set_industry(call: Call) -> Answer:
    """Two industries, once a month."""
    store = call.account.store(TemplateStore)
    industries = [str(call.number(name)) for name in ("industry_id1", "industry_id2")]
    for number in industries:
        refuse_unless(FIRST_INDUSTRY <= int(number) <= LAST_INDUSTRY, 40102)
    fresh = not store.industries or call.now - store.changed_at >= MONTH_SECONDS
    refuse_unless(fresh, 43100)
    store.industries, store.changed_at = industries, call.now
    return OK


def get_industry(call: Call) -> Answer:
    """The industries."""
    industries = call.account.store(TemplateStore).industries
    refuse_unless(industries, 40102)
    first, second = ({"first_class": "行业", "second_class": number} for number in industries)
    return {"primary_industry": first, "secondary_industry": second}


def add_template(call: Call) -> Answer:
    """Take a template of the library."""
    store = call.account.store(TemplateStore)
    template = LIBRARY.get(call.text("template_id_short", 40037))
    if template is None:
        raise Refused(40037)
    keywords = call.body.get("keyword_name_list") or []
    fits = isinstance(keywords, list) and set(map(str, keywords)) <= set(template.keywords)
    refuse_unless(fits and bool(keywords) == bool(template.keywords), 40246)
    refuse_unless(len(store.templates) < MOST_TEMPLATES, 45026)
    template_id = call.account.next_id("template")
    names = [f"keyword{number}" for number, _ in enumerate(keywords, start=1)] or ["first"]
    store.templates[template_id] = {
        "template_id": template_id,
        "title": template.title,
        "primary_industry": "行业",
        "deputy_industry": "1",
        "content": "\n".join(f"{{{{{name}.DATA}}}}" for name in names),
        "example": "",
    }
    return {**OK, "template_id": template_id}


def list_templates(call: Call) -> Answer:
    """The account's templates."""
    return {"template_list": list(call.account.store(TemplateStore).templates.values())}


def delete_template(call: Call) -> Answer:
    """Remove a template."""
    del call.account.store(TemplateStore).templates[_find_template(call)]
    return OK


def send_template(call: Call) -> Answer:
    """Send to one follower, once for a client_msg_id within ten minutes."""
    store, template_id = call.account.store(TemplateStore), _find_template(call)
    openid = call.text("touser", 40003)
    refuse_unless(find_follower(call, openid).subscribed, 43004)
    data = _read_data(call)
    msgid, client_id = call.account.next_number(), str(call.body.get("client_msg_id") or "")
    answer = {**OK, "msgid": msgid}
    key = f"{openid} {client_id}"
    if client_id and call.now - store.sent_ids.get(key, -MONTH_SECONDS) < SAME_CLIENT_ID_SECONDS:
        return answer
    store.sent_ids[key] = call.now
    if store.block_next:
        store.block_next -= 1
        _block(call, openid, msgid, template_id)
    else:
        call.platform.deliver(openid, {"msgtype": "template", "template": data})
    return answer


def list_blocked(call: Call) -> Answer:
    """What was blocked of a message, after a record."""
    limit, largest = call.number("limit"), call.number("largest_id")
    refuse_unless(1 <= limit <= MOST_BLOCKED, 40097)
    blocked = [
        each
        for each in call.account.store(TemplateStore).blocked
        if each["tmpl_msg_id"] == call.text("tmpl_msg_id") and int(each["id"]) > largest
    ]
    return {**OK, "msginfo": blocked[:limit]}


def send_once(call: Call) -> Answer:
    """The one message of a consent. 43101 without it."""
    store, openid = call.account.store(TemplateStore), call.text("touser", 40003)
    consent = f"{openid} {call.number('scene')}"
    refuse_unless(consent in store.consents, 43101)
    refuse_unless(isinstance(call.body.get("title"), str), 47001)
    data = _read_data(call)
    store.consents.remove(consent)
    call.platform.deliver(openid, {"msgtype": "template", "template": data})
    return OK


def _find_template(call: Call) -> str:
    template_id = call.text("template_id", 40037)
    refuse_unless(template_id in call.account.store(TemplateStore).templates, 40037)
    return template_id


def _read_data(call: Call) -> dict[str, Any]:
    data = call.body.get("data")
    if not isinstance(data, dict) or not all(isinstance(each, dict) for each in data.values()):
        raise Refused(47001)
    return {name: each.get("value") for name, each in data.items()}


def _block(call: Call, openid: str, msgid: int, template_id: str) -> None:
    store = call.account.store(TemplateStore)
    store.blocked.append({
        "id": str(len(store.blocked) + 1),
        "tmpl_msg_id": str(msgid),
        "title": store.templates[template_id]["title"],
        "content": store.templates[template_id]["content"],
        "send_timestamp": int(call.now),
        "openid": openid,
    })  # fmt: skip


def _post(path: str, answer: Handler, budget: Budget | None = None) -> Interface:
    right = Right.TEMPLATE_MESSAGE
    return Interface(method="POST", path=path, answer=answer, right=right, budget=budget)


def _get(path: str, answer: Handler) -> Interface:
    return Interface(method="GET", path=path, answer=answer, right=Right.TEMPLATE_MESSAGE)


FAMILY = Family(
    "templates",
    (
        _post("/cgi-bin/template/api_set_industry", set_industry),
        _get("/cgi-bin/template/get_industry", get_industry),
        _post("/cgi-bin/template/api_add_template", add_template),
        _get("/cgi-bin/template/get_all_private_template", list_templates),
        _post("/cgi-bin/template/del_private_template", delete_template),
        _post(SEND, send_template, Budget(SEND, a_day=100_000)),
        _post("/wxa/sec/queryblocktmplmsg", list_blocked),
        _post(ONCE, send_once),
    ),
    stores=(TemplateStore,),
)
