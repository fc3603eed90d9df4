"""Which Event becomes which value, and how each is read."""

from collections.abc import Callable
from typing import Final

from app.wechat.callback import events as e
from app.wechat.callback.kinds import READ, Named
from app.wechat.callback.parsing import Node
from app.wechat.callback.values import Event


def _subscribe(node: Node, named: Named) -> e.Subscribe:
    return e.Subscribe(**named, ticket=node.optional("Ticket"))


def _unsubscribe(_node: Node, named: Named) -> e.Unsubscribe:
    return e.Unsubscribe(**named)


def _scan(node: Node, named: Named) -> e.Scan:
    return e.Scan(**named, ticket=node.optional("Ticket"))


def _location_report(node: Node, named: Named) -> e.LocationReport:
    return e.LocationReport(
        **named,
        latitude=node.optional_decimal("Latitude"),
        longitude=node.optional_decimal("Longitude"),
        precision=node.optional_decimal("Precision"),
    )


def _menu_click(_node: Node, named: Named) -> e.MenuClick:
    return e.MenuClick(**named)


def _menu_view(node: Node, named: Named) -> e.MenuView:
    return e.MenuView(**named, menu_id=_menu_id(node))


def _menu_mini_program(node: Node, named: Named) -> e.MenuMiniProgram:
    return e.MenuMiniProgram(**named, menu_id=_menu_id(node))


def _menu_id(node: Node) -> str | None:
    # The documentation's table says MenuID, its example MenuId.
    return node.optional("MenuId") or node.optional("MenuID")


def _menu_scan(node: Node, named: Named) -> e.MenuScan:
    info = node.child("ScanCodeInfo")
    return e.MenuScan(**named, scan_type=info.text("ScanType"), result=info.text("ScanResult"))


def _menu_photo(node: Node, named: Named) -> e.MenuPhoto:
    info = node.child("SendPicsInfo")
    pictures = info.child("PicList").each("item")
    md5s = tuple(picture.text("PicMd5Sum") for picture in pictures)
    return e.MenuPhoto(**named, count=info.optional_integer("Count"), md5s=md5s)


def _menu_location(node: Node, named: Named) -> e.MenuLocation:
    info = node.child("SendLocationInfo")
    return e.MenuLocation(
        **named,
        latitude=info.optional_decimal("Location_X"),
        longitude=info.optional_decimal("Location_Y"),
        scale=info.optional_integer("Scale"),
        label=info.text("Label"),
        poi=info.text("Poiname"),
    )


def _mass_send_finished(node: Node, named: Named) -> e.MassSendFinished:
    articles = node.child("ArticleUrlResult").child("ResultList").each("item")
    counts = {"MsgID", "Status", "TotalCount", "FilterCount", "SentCount", "ErrorCount"}
    return e.MassSendFinished(
        **named,
        job_id=node.text("MsgID"),
        status=node.text("Status"),
        total=node.optional_integer("TotalCount"),
        filtered=node.optional_integer("FilterCount"),
        sent=node.optional_integer("SentCount"),
        failed=node.optional_integer("ErrorCount"),
        urls=tuple(article.text("ArticleUrl") for article in articles),
        fields=node.fields(without=READ | counts | {"ArticleUrlResult"}),
    )


def _publish_finished(node: Node, named: Named) -> e.PublishFinished:
    info = node.child("PublishEventInfo")
    articles = info.child("article_detail").each("item")
    return e.PublishFinished(
        **named,
        publish_id=info.text("publish_id"),
        status=info.optional_integer("publish_status"),
        article_id=info.optional("article_id"),
        urls=tuple(article.text("article_url") for article in articles),
        failed=info.integers("fail_idx"),
    )


def _template_sent(node: Node, named: Named) -> e.TemplateSent:
    return e.TemplateSent(**named, job_id=node.text("MsgID"), status=node.text("Status"))


def _choices(node: Node, name: str) -> tuple[e.SubscribeChoice, ...]:
    return tuple(
        e.SubscribeChoice(
            template_id=choice.text("TemplateId"),
            status=choice.text("SubscribeStatusString"),
            scene=choice.optional("PopupScene"),
        )
        for choice in node.child(name).each("List")
    )


def _subscribe_msg_popup(node: Node, named: Named) -> e.SubscribeMsgPopup:
    return e.SubscribeMsgPopup(**named, choices=_choices(node, "SubscribeMsgPopupEvent"))


def _subscribe_msg_changed(node: Node, named: Named) -> e.SubscribeMsgChanged:
    return e.SubscribeMsgChanged(**named, choices=_choices(node, "SubscribeMsgChangeEvent"))


def _subscribe_msg_sent(node: Node, named: Named) -> e.SubscribeMsgSent:
    results = tuple(
        e.SubscribeResult(
            template_id=result.text("TemplateId"),
            job_id=result.text("MsgID"),
            error=result.optional_integer("ErrorCode"),
            status=result.text("ErrorStatus"),
        )
        for result in node.child("SubscribeMsgSentEvent").each("List")
    )
    return e.SubscribeMsgSent(**named, results=results)


def _kf_session(node: Node, named: Named) -> e.KfSession:
    # Required: a session of nobody would take the follower from the bot for ever.
    if named["kind"] != "kf_switch_session":
        return e.KfSession(**named, account=node.required("KfAccount"))
    account, previous = node.required("ToKfAccount"), node.optional("FromKfAccount")
    return e.KfSession(**named, account=account, previous=previous)


def _verification(node: Node, named: Named) -> e.Verification:
    return e.Verification(
        **named,
        expires=node.optional_integer("ExpiredTime"),
        failed_at=node.optional_integer("FailTime"),
        reason=node.optional("FailReason"),
    )


def _consent_change(node: Node, named: Named) -> e.ConsentChange:
    return e.ConsentChange(
        **named,
        subject=node.required("OpenID"),  # guessing would erase the wrong person
        appid=node.optional("AppID"),
        revoked=node.optional("RevokeInfo"),
    )


def _card(node: Node, named: Named) -> e.CardEvent:
    return e.CardEvent(
        **named,
        card_id=node.optional("CardId"),
        code=node.optional("UserCardCode"),
        fields=node.fields(without=READ | {"CardId", "UserCardCode"}),
    )


def _rare(value: type[e.RareEvent]) -> Callable[[Node, Named], e.RareEvent]:
    return lambda node, named: value(**named, fields=node.fields(without=READ))


_ALONE: Final[dict[str, Callable[[Node, Named], Event]]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "location": _location_report,
    "click": _menu_click,
    "view": _menu_view,
    "view_miniprogram": _menu_mini_program,
    "location_select": _menu_location,
    "masssendjobfinish": _mass_send_finished,
    "publishjobfinish": _publish_finished,
    "templatesendjobfinish": _template_sent,
    "subscribe_msg_popup_event": _subscribe_msg_popup,
    "subscribe_msg_change_event": _subscribe_msg_changed,
    "subscribe_msg_sent_event": _subscribe_msg_sent,
}

_FAMILIES: Final[list[tuple[Callable[[Node, Named], Event], str]]] = [
    (_menu_scan, "scancode_push scancode_waitmsg"),
    (_menu_photo, "pic_sysphoto pic_photo_or_album pic_weixin"),
    (_kf_session, "kf_create_session kf_close_session kf_switch_session"),
    (
        _verification,
        "qualification_verify_success qualification_verify_fail naming_verify_success"
        " naming_verify_fail annual_renew verify_expired",
    ),
    (
        _consent_change,
        "user_info_modified user_authorization_revoke user_authorization_cancellation",
    ),
    (
        _card,
        "card_pass_check card_not_pass_check user_get_card user_gifting_card user_del_card"
        " user_consume_card user_pay_from_pay_cell user_view_card user_enter_session_from_card"
        " update_member_card card_sku_remind card_pay_order submit_membercard_user_info"
        " card_merchant_check_result card_merchant_auth_check_result"
        " giftcard_pay_done giftcard_send_to_friend giftcard_user_accept",
    ),
    (
        _rare(e.InvoiceEvent),
        "user_authorize_invoice update_invoice_status submit_invoice_title"
        " cloud_invoice_invoiceresult_event",
    ),
    (
        _rare(e.ShopEvent),
        "merchant_order poi_check_notify apply_merchant_audit_info create_map_poi_audit_info"
        " add_store_audit_info modify_store_audit_info",
    ),
    (_rare(e.NearbyEvent), "shakearoundusershake shakearoundlotterybind wificonnected"),
    (
        _rare(e.ProductScan),
        "user_scan_product user_scan_product_enter_session user_scan_product_async"
        " user_scan_product_verify_action",
    ),
    (
        _rare(e.GuideEvent),
        "guide_invite_result_event guide_qrcode_scan_event add_guide_buyer_relation_event",
    ),
    (
        _rare(e.DeviceEvent),
        "device_bind device_unbind device_subscribe_status device_unsubscribe_status",
    ),
    (
        _rare(e.PlatformNotice),
        "weapp_audit_success weapp_audit_fail weapp_audit_delay wxa_media_check"
        " open_product_spu_audit charge_service_quota_notify user_enter_tempsession",
    ),
]

EVENTS: Final = _ALONE | {kind: build for build, kinds in _FAMILIES for kind in kinds.split()}
