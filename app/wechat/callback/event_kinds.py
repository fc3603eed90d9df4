"""Reads each Event of the platform into its value."""

from collections.abc import Callable
from typing import Final

from app.wechat.callback import events as e
from app.wechat.callback.kinds import READ, EventFields
from app.wechat.callback.parsing import Node
from app.wechat.callback.values import Event


def _read_subscribe(node: Node, event_fields: EventFields) -> e.Subscribe:
    return e.Subscribe(**event_fields, ticket=node.optional("Ticket"))


def _read_unsubscribe(_node: Node, event_fields: EventFields) -> e.Unsubscribe:
    return e.Unsubscribe(**event_fields)


def _read_scan(node: Node, event_fields: EventFields) -> e.Scan:
    return e.Scan(**event_fields, ticket=node.optional("Ticket"))


def _read_location_report(node: Node, event_fields: EventFields) -> e.LocationReport:
    return e.LocationReport(
        **event_fields,
        latitude=node.optional_decimal("Latitude"),
        longitude=node.optional_decimal("Longitude"),
        precision=node.optional_decimal("Precision"),
    )


def _read_menu_click(_node: Node, event_fields: EventFields) -> e.MenuClick:
    return e.MenuClick(**event_fields)


def _read_menu_view(node: Node, event_fields: EventFields) -> e.MenuView:
    return e.MenuView(**event_fields, menu_id=_read_menu_id(node))


def _read_menu_mini_program(node: Node, event_fields: EventFields) -> e.MenuMiniProgram:
    return e.MenuMiniProgram(**event_fields, menu_id=_read_menu_id(node))


def _read_menu_id(node: Node) -> str | None:
    # The documentation's table says MenuID, its example MenuId.
    return node.optional("MenuId") or node.optional("MenuID")


def _read_menu_scan(node: Node, event_fields: EventFields) -> e.MenuScan:
    info = node.child("ScanCodeInfo")
    return e.MenuScan(
        **event_fields, scan_type=info.text("ScanType"), result=info.text("ScanResult")
    )


def _read_menu_photo(node: Node, event_fields: EventFields) -> e.MenuPhoto:
    info = node.child("SendPicsInfo")
    pictures = info.child("PicList").each("item")
    md5s = tuple(picture.text("PicMd5Sum") for picture in pictures)
    return e.MenuPhoto(**event_fields, count=info.optional_integer("Count"), md5s=md5s)


def _read_menu_location(node: Node, event_fields: EventFields) -> e.MenuLocation:
    info = node.child("SendLocationInfo")
    return e.MenuLocation(
        **event_fields,
        latitude=info.optional_decimal("Location_X"),
        longitude=info.optional_decimal("Location_Y"),
        scale=info.optional_integer("Scale"),
        label=info.text("Label"),
        poi=info.text("Poiname"),
    )


def _read_mass_send_finished(
    node: Node, event_fields: EventFields
) -> e.MassSendFinished | e.PublishFinished:
    # The platform sometimes reports publications under the name of mass sends.
    if node.child("PublishEventInfo").text("publish_id"):
        return _read_publish_finished(node, event_fields)
    articles = node.child("ArticleUrlResult").child("ResultList").each("item")
    counts = {"MsgID", "Status", "TotalCount", "FilterCount", "SentCount", "ErrorCount"}
    return e.MassSendFinished(
        **event_fields,
        job_id=node.text("MsgID"),
        status=node.text("Status"),
        total=node.optional_integer("TotalCount"),
        filtered=node.optional_integer("FilterCount"),
        sent=node.optional_integer("SentCount"),
        failed_count=node.optional_integer("ErrorCount"),
        urls=tuple(article.text("ArticleUrl") for article in articles),
        fields=node.fields(without=READ | counts | {"ArticleUrlResult"}),
    )


def _read_publish_finished(node: Node, event_fields: EventFields) -> e.PublishFinished:
    info = node.child("PublishEventInfo")
    articles = info.child("article_detail").each("item")
    return e.PublishFinished(
        **event_fields,
        publish_id=info.text("publish_id"),
        status=info.optional_integer("publish_status"),
        article_id=info.optional("article_id"),
        urls=tuple(article.text("article_url") for article in articles),
        failed_articles=info.integers("fail_idx"),
    )


def _read_template_sent(node: Node, event_fields: EventFields) -> e.TemplateSent:
    return e.TemplateSent(**event_fields, job_id=node.text("MsgID"), status=node.text("Status"))


def _read_choices(node: Node, name: str) -> tuple[e.SubscribeChoice, ...]:
    return tuple(
        e.SubscribeChoice(
            template_id=choice.text("TemplateId"),
            status=choice.text("SubscribeStatusString"),
            scene=choice.optional("PopupScene"),
        )
        for choice in node.child(name).each("List")
    )


def _read_subscribe_msg_popup(node: Node, event_fields: EventFields) -> e.SubscribeMsgPopup:
    return e.SubscribeMsgPopup(
        **event_fields, choices=_read_choices(node, "SubscribeMsgPopupEvent")
    )


def _read_subscribe_msg_changed(node: Node, event_fields: EventFields) -> e.SubscribeMsgChanged:
    return e.SubscribeMsgChanged(
        **event_fields, choices=_read_choices(node, "SubscribeMsgChangeEvent")
    )


def _read_subscribe_msg_sent(node: Node, event_fields: EventFields) -> e.SubscribeMsgSent:
    results = tuple(
        e.SubscribeResult(
            template_id=result.text("TemplateId"),
            job_id=result.text("MsgID"),
            error=result.optional_integer("ErrorCode"),
            status=result.text("ErrorStatus"),
        )
        for result in node.child("SubscribeMsgSentEvent").each("List")
    )
    return e.SubscribeMsgSent(**event_fields, results=results)


def _read_kf_session(node: Node, event_fields: EventFields) -> e.KfSession:
    # Required: a session without an agent would keep the follower from the bot for ever.
    if event_fields["kind"] != "kf_switch_session":
        return e.KfSession(**event_fields, account=node.required("KfAccount"))
    account, previous = node.required("ToKfAccount"), node.optional("FromKfAccount")
    return e.KfSession(**event_fields, account=account, previous=previous)


def _read_verification(node: Node, event_fields: EventFields) -> e.AccountVerification:
    return e.AccountVerification(
        **event_fields,
        expires=node.optional_integer("ExpiredTime"),
        failed_at=node.optional_integer("FailTime"),
        reason=node.optional("FailReason"),
    )


def _read_consent_change(node: Node, event_fields: EventFields) -> e.ConsentChange:
    return e.ConsentChange(
        **event_fields,
        subject=node.required("OpenID"),  # guessing would erase the wrong person
        appid=node.optional("AppID"),
        revoked=node.optional("RevokeInfo"),
    )


def _read_card(node: Node, event_fields: EventFields) -> e.CardEvent:
    return e.CardEvent(
        **event_fields,
        card_id=node.optional("CardId"),
        code=node.optional("UserCardCode"),
        fields=node.fields(without=READ | {"CardId", "UserCardCode"}),
    )


def _rare_event_reader(value: type[e.RareEvent]) -> Callable[[Node, EventFields], e.RareEvent]:
    return lambda node, event_fields: value(**event_fields, fields=node.fields(without=READ))


_ALONE: Final[dict[str, Callable[[Node, EventFields], Event]]] = {
    "subscribe": _read_subscribe,
    "unsubscribe": _read_unsubscribe,
    "scan": _read_scan,
    "location": _read_location_report,
    "click": _read_menu_click,
    "view": _read_menu_view,
    "view_miniprogram": _read_menu_mini_program,
    "location_select": _read_menu_location,
    "masssendjobfinish": _read_mass_send_finished,
    "publishjobfinish": _read_publish_finished,
    "templatesendjobfinish": _read_template_sent,
    "subscribe_msg_popup_event": _read_subscribe_msg_popup,
    "subscribe_msg_change_event": _read_subscribe_msg_changed,
    "subscribe_msg_sent_event": _read_subscribe_msg_sent,
}

_FAMILIES: Final[list[tuple[Callable[[Node, EventFields], Event], str]]] = [
    (_read_menu_scan, "scancode_push scancode_waitmsg"),
    (_read_menu_photo, "pic_sysphoto pic_photo_or_album pic_weixin"),
    (_read_kf_session, "kf_create_session kf_close_session kf_switch_session"),
    (
        _read_verification,
        "qualification_verify_success qualification_verify_fail naming_verify_success"
        " naming_verify_fail annual_renew verify_expired",
    ),
    (
        _read_consent_change,
        "user_info_modified user_authorization_revoke user_authorization_cancellation",
    ),
    (
        _read_card,
        "card_pass_check card_not_pass_check user_get_card user_gifting_card user_del_card"
        " user_consume_card user_pay_from_pay_cell user_view_card user_enter_session_from_card"
        " update_member_card card_sku_remind card_pay_order submit_membercard_user_info"
        " card_merchant_check_result card_merchant_auth_check_result"
        " giftcard_pay_done giftcard_send_to_friend giftcard_user_accept",
    ),
    (
        _rare_event_reader(e.InvoiceEvent),
        "user_authorize_invoice update_invoice_status submit_invoice_title"
        " cloud_invoice_invoiceresult_event",
    ),
    (
        _rare_event_reader(e.ShopEvent),
        "merchant_order poi_check_notify apply_merchant_audit_info create_map_poi_audit_info"
        " add_store_audit_info modify_store_audit_info",
    ),
    (
        _rare_event_reader(e.NearbyEvent),
        "shakearoundusershake shakearoundlotterybind wificonnected",
    ),
    (
        _rare_event_reader(e.ProductScan),
        "user_scan_product user_scan_product_enter_session user_scan_product_async"
        " user_scan_product_verify_action",
    ),
    (
        _rare_event_reader(e.GuideEvent),
        "guide_invite_result_event guide_qrcode_scan_event add_guide_buyer_relation_event",
    ),
    (
        _rare_event_reader(e.DeviceEvent),
        "device_bind device_unbind device_subscribe_status device_unsubscribe_status",
    ),
    (
        _rare_event_reader(e.PlatformNotice),
        "weapp_audit_success weapp_audit_fail weapp_audit_delay wxa_media_check"
        " open_product_spu_audit charge_service_quota_notify user_enter_tempsession",
    ),
]

EVENTS: Final = _ALONE | {kind: build for build, kinds in _FAMILIES for kind in kinds.split()}
