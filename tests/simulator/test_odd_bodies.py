"""No body makes an interface fail: whatever isn't right is refused with an errcode."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.simulator.clock import Clock
from app.simulator.errcodes import Refused
from app.simulator.families import FAMILIES
from app.simulator.families.desk import DeskStore, StoredAgent
from app.simulator.families.subscribe_notices import NoticeStore
from app.simulator.families.templates import TemplateStore
from app.simulator.families.users import AccountMoves
from app.simulator.gateway.routing import Call, Interface
from app.simulator.platform import Platform
from app.simulator.publishing.articles import DraftBox, StoredDraft, publish
from app.simulator.publishing.media_store import MediaStore, StoredFile
from tests.simulator.calling import ACCOUNT, CREDENTIAL

ODD_VALUES: tuple[Any, ...] = (
    None,
    7,
    -1,
    1.5,
    True,
    "茶",
    "7",
    "9" * 20,
    10**20,
    -(10**400),
    float("nan"),
    [],
    {},
    [7],
    ["茶"],
    [[]],
    [{}],
    {"a": {}},
)
ARTICLE = {
    "title": "春茶",
    "author": "梅",
    "digest": "茶",
    "content": "<p>茶</p>",
    "content_source_url": "https://a.example",
    "thumb_media_id": "picture",
    "need_open_comment": 1,
    "only_fans_can_comment": 0,
    "pic_crop_235_1": "0_0_1_1",
    "product_info": {"footer_product_info": {"product_key": "key"}},
}
CROP = {"ratio": "1_1", "x1": "0", "y1": "0", "x2": "1", "y2": "1"}
PICTURE_MESSAGE = {
    "article_type": "newspic",
    "title": "春茶",
    "content": "茶",
    "image_info": {"image_list": [{"image_media_id": "picture"}]},
    "cover_info": {"crop_percent_list": [CROP]},
}
COMMENT = {"msg_data_id": 7, "index": 0, "user_comment_id": 1, "content": "谢谢"}
PAGE = {"offset": 0, "count": 20, "no_content": 1}
MASS = {"send_ignore_reprint": 1, "clientmsgid": "one"}
MENU = {"button": [{"name": "茶", "sub_button": [{"type": "click", "name": "茶", "key": "tea"}]}]}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "/cgi-bin/stable_token": {**CREDENTIAL, "force_refresh": True},
    "/cgi-bin/callback/check": {"action": "all", "check_operator": "DEFAULT"},
    "/cgi-bin/message/custom/send": {
        "touser": "mei",
        "msgtype": "news",
        "news": {"articles": [{"title": "茶"}]},
    },
    "/cgi-bin/material/batchget_material": {"type": "image", "offset": 0, "count": 20},
    "/cgi-bin/draft/add": {"articles": [ARTICLE, PICTURE_MESSAGE]},
    "/cgi-bin/draft/update": {"media_id": "draft", "index": 0, "articles": ARTICLE},
    "/cgi-bin/draft/batchget": PAGE,
    "/channels/ec/service/product/getcardinfo": {
        "product_id": "100",
        "article_type": "news",
        "card_type": 0,
    },
    "/cgi-bin/freepublish/batchget": PAGE,
    "/cgi-bin/freepublish/delete": {"article_id": "article", "index": 1},
    "/cgi-bin/message/mass/sendall": {
        "filter": {"is_to_all": False, "tag_id": 2},
        "msgtype": "mpnews",
        "mpnews": {"media_id": "draft"},
        **MASS,
    },
    "/cgi-bin/message/mass/send": {
        "touser": ["mei", "lan"],
        "msgtype": "images",
        "images": {"media_ids": ["picture"]},
        **MASS,
    },
    "/cgi-bin/message/mass/preview": {
        "touser": "mei",
        "msgtype": "text",
        "text": {"content": "茶"},
    },
    "/cgi-bin/message/mass/delete": {"msg_id": 7, "article_idx": 1, "url": "/"},
    "/cgi-bin/message/mass/speed/set": {"speed": 1},
    "/cgi-bin/tags/create": {"tag": {"name": "新客"}},
    "/cgi-bin/tags/update": {"tag": {"id": 2, "name": "新客"}},
    "/cgi-bin/tags/delete": {"tag": {"id": 2}},
    "/cgi-bin/user/tag/get": {"tagid": 2, "next_openid": ""},
    "/cgi-bin/tags/members/batchtagging": {"openid_list": ["mei"], "tagid": 2},
    "/cgi-bin/tags/members/batchuntagging": {"openid_list": ["mei"], "tagid": 2},
    "/cgi-bin/tags/members/getblacklist": {"begin_openid": ""},
    "/cgi-bin/user/info/batchget": {"user_list": [{"openid": "mei", "lang": "zh_CN"}]},
    "/cgi-bin/user/info/updateremark": {"openid": "mei", "remark": "梅"},
    "/cgi-bin/menu/create": MENU,
    "/cgi-bin/menu/addconditional": {**MENU, "matchrule": {"tag_id": 2}},
    "/cgi-bin/menu/trymatch": {"user_id": "mei"},
    "/cgi-bin/qrcode/create": {
        "action_name": "QR_STR_SCENE",
        "expire_seconds": 60,
        "action_info": {"scene": {"scene_str": "poster"}},
    },
    "/cgi-bin/shorten/gen": {"long_data": "茶", "expire_seconds": 60},
    "/cgi-bin/template/api_set_industry": {"industry_id1": 1, "industry_id2": 2},
    "/cgi-bin/template/api_add_template": {
        "template_id_short": "43000",
        "keyword_name_list": ["订单编号"],
    },
    "/wxa/sec/queryblocktmplmsg": {"tmpl_msg_id": "7", "largest_id": 0, "limit": 1},
    "/wxaapi/newtmpl/addtemplate": {"tid": "1001", "kidList": [1, 2]},
    "/cgi-bin/openapi/quota/get": {"cgi_path": "/cgi-bin/user/get"},
    "/cgi-bin/clear_quota": {"appid": "wx1"},
    "/cgi-bin/clear_quota/v2": {"appid": "wx1", "appsecret": "secret"},
    "/cgi-bin/message/custom/typing": {"touser": "mei", "command": "Typing"},
    "/cgi-bin/tags/members/batchblacklist": {"openid_list": ["mei"]},
    "/cgi-bin/tags/members/batchunblacklist": {"openid_list": ["mei"]},
    "/cgi-bin/changeopenid": {"from_appid": "wx0", "openid_list": ["mei"]},
    "/cgi-bin/tags/getidlist": {"openid": "mei"},
    "/cgi-bin/menu/delconditional": {"menuid": 7},
    "/cgi-bin/shorten/fetch": {"short_key": "key"},
    "/cgi-bin/template/del_private_template": {"template_id": "template"},
    "/cgi-bin/message/template/send": {
        "touser": "mei",
        "template_id": "template",
        "data": {"first": {"value": "茶"}},
        "client_msg_id": "one",
    },
    "/cgi-bin/message/template/subscribe": {
        "touser": "mei",
        "scene": 1,
        "title": "茶",
        "data": {"content": {"value": "茶"}},
    },
    "/wxaapi/newtmpl/deltemplate": {"priTmplId": "notice"},
    "/cgi-bin/message/subscribe/bizsend": {
        "touser": "mei",
        "template_id": "notice",
        "data": {"thing1": {"value": "茶"}},
    },
    "/customservice/kfaccount/add": {"kf_account": "wang@shop", "nickname": "王"},
    "/customservice/kfaccount/update": {"kf_account": "lin@shop", "nickname": "林"},
    "/customservice/kfaccount/inviteworker": {"kf_account": "lin@shop", "invite_wx": "lin"},
    "/customservice/kfsession/create": {"kf_account": "lin@shop", "openid": "mei"},
    "/customservice/kfsession/close": {"kf_account": "lin@shop", "openid": "mei"},
    "/customservice/msgrecord/getmsglist": {
        "starttime": 0,
        "endtime": 60,
        "msgid": 1,
        "number": 10,
    },
    "/cgi-bin/comment/list": {"msg_data_id": 7, "index": 0, "begin": 0, "count": 49, "type": 0},
}
OTHER_BODIES: Mapping[str, Mapping[str, Any]] = {  # by the first part of the path
    "cgi-bin": {"media_id": "draft", "rid": "1", "msg_id": 7, "article_id": "article", **COMMENT},
    "datacube": {"begin_date": "2023-11-13", "end_date": "2023-11-13"},
}
INTERFACES = [
    interface
    for family in FAMILIES
    for interface in family.interfaces
    if interface.body == "json" and interface.method == "POST"
]


def build_call() -> Call:
    """A call of an account that has a follower, a picture, a draft and a published article."""
    platform = Platform([ACCOUNT], clock=Clock())
    state = platform.account()
    platform.interacted("mei", "message")
    state.followers.tags[2] = "VIP"
    state.store(MediaStore).files["picture"] = StoredFile(
        kind="image", name="a.jpg", format="jpg", content=b"", url="", created_at=0
    )
    draft = StoredDraft(articles=[ARTICLE], urls=["/"], created_at=0, updated_at=0)
    state.store(DraftBox).drafts["draft"] = draft
    publish(state, draft, msg_data_id=7, published_at=0, mass=False)
    state.store(AccountMoves).openids["wx0"] = {"old": "mei"}
    state.store(TemplateStore).templates["template"] = {"title": "茶", "content": "茶"}
    state.store(NoticeStore).templates["notice"] = {}
    state.store(NoticeStore).agree("mei", "notice")
    state.store(DeskStore).agents["lin@shop"] = StoredAgent(
        name="lin@shop", nickname="林", number=1
    )
    return Call(
        platform=platform.state,
        tokens=platform.tokens,
        rids=platform.dispatcher.rids,
        table=platform.table,
        caller=state,
        query={},
        now=platform.clock(),
    )


def iter_odd(value: Any) -> Iterator[Any]:
    """Copies of a body with one value in it, at any depth, in the place of its own."""
    yield from ODD_VALUES
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from ({**value, name: odd} for odd in iter_odd(part))
            yield {other: part for other, part in value.items() if other != name}
    if isinstance(value, list):
        for at, part in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in iter_odd(part))


@pytest.mark.parametrize("interface", INTERFACES, ids=lambda interface: interface.path)
def test_an_odd_body_is_answered_or_refused(interface: Interface) -> None:
    body = BODIES.get(interface.path) or OTHER_BODIES[interface.path.split("/")[1]]

    for odd in iter_odd(body):
        if isinstance(odd, dict):
            with contextlib.suppress(Refused):  # any other exception fails the test
                json.dumps(interface.answer(replace(build_call(), body=odd)))
