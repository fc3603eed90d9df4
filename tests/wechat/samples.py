"""One delivery of every kind, as XML and as the value it means. All names are invented."""

from app.wechat.callback import events as e
from app.wechat.callback import values as v
from app.wechat.callback.kinds import MessageFields
from app.wechat.callback.values import Fields

ACCOUNT = "gh_0a1b2c3d4e5f"
OPENID = "oTeahouse_4mBq7LxWfJ2kEnRzP1u"
CREATED = 1_763_000_000
MSG_ID = 24_681_012_141_618_202

MESSAGE = MessageFields(to_user=ACCOUNT, openid=OPENID, created=CREATED, msg_id=MSG_ID)
HAPPENED = MessageFields(to_user=ACCOUNT, openid=OPENID, created=CREATED, msg_id=None)

SUBJECT = "oTeahouse_9ZyXwVuTsRqPoNmLkJi"


def xml(kind: str, inner: str = "", *, msg_id: int | None = MSG_ID) -> str:
    """A message of MsgType `kind` whose further elements are `inner`."""
    number = "" if msg_id is None else f"<MsgId>{msg_id}</MsgId>"
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
        f"<FromUserName><![CDATA[{OPENID}]]></FromUserName>"
        f"<CreateTime>{CREATED}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
        f"{inner}{number}</xml>"
    )


def event(name: str, inner: str = "") -> str:
    """An event, which has no MsgId."""
    return xml("event", f"<Event><![CDATA[{name}]]></Event>{inner}", msg_id=None)


def text(content: str) -> v.Text:
    return v.Text(**MESSAGE, content=content)


QUESTION = text("你们几点开门？")

MESSAGES: list[tuple[str, v.Message]] = [
    (xml("text", "<Content><![CDATA[你们几点开门？]]></Content>"), QUESTION),
    (
        xml("text", "<Content>满意</Content><bizmsgmenuid>101</bizmsgmenuid>"),
        v.Text(**MESSAGE, content="满意", menu_id="101"),
    ),
    (
        xml("image", "<PicUrl>http://img.example/1.jpg</PicUrl><MediaId>img-1</MediaId>"),
        v.Image(**MESSAGE, pic_url="http://img.example/1.jpg", media_id="img-1"),
    ),
    (
        xml(
            "voice",
            "<MediaId>vo-1</MediaId><Format>amr</Format><MediaId16K>vo-16</MediaId16K>"
            "<Recognition>还有龙井吗</Recognition>",
        ),
        v.Voice(
            **MESSAGE, media_id="vo-1", format="amr", recognition="还有龙井吗", media_id_16k="vo-16"
        ),
    ),
    (
        xml("video", "<MediaId>vi-1</MediaId><ThumbMediaId>th-1</ThumbMediaId>"),
        v.Video(**MESSAGE, media_id="vi-1", thumb_media_id="th-1"),
    ),
    (
        xml("shortvideo", "<MediaId>vi-2</MediaId><ThumbMediaId>th-2</ThumbMediaId>"),
        v.Video(**MESSAGE, media_id="vi-2", thumb_media_id="th-2", short=True),
    ),
    (
        xml(
            "location",
            "<Location_X>30.246026</Location_X><Location_Y>120.144950</Location_Y>"
            "<Scale>15</Scale><Label><![CDATA[杭州市西湖区]]></Label>",
        ),
        v.Location(
            **MESSAGE, latitude=30.246026, longitude=120.14495, scale=15, label="杭州市西湖区"
        ),
    ),
    (
        xml(
            "link", "<Title>新茶</Title><Description/><Url>https://tea.example/a?b=1&amp;c=2</Url>"
        ),
        v.Link(**MESSAGE, title="新茶", description="", url="https://tea.example/a?b=1&c=2"),
    ),
    (
        xml(
            "file",
            "<Title>订单.xlsx</Title><Description>12 KB</Description><FileKey>fk</FileKey>"
            "<FileMd5>9e107d9d372bb6826bd81d3542a419d6</FileMd5><FileTotalLen>12288</FileTotalLen>",
        ),
        v.File(
            **MESSAGE,
            title="订单.xlsx",
            description="12 KB",
            file_key="fk",
            md5="9e107d9d372bb6826bd81d3542a419d6",
            size=12288,
        ),
    ),
    (
        xml(
            "miniprogrampage",
            "<Title>茶单</Title><AppId>wxtea</AppId><PagePath>pages/menu</PagePath>"
            "<ThumbUrl>http://img.example/t.jpg</ThumbUrl><ThumbMediaId>th-3</ThumbMediaId>",
        ),
        v.MiniProgramCard(
            **MESSAGE,
            title="茶单",
            appid="wxtea",
            page_path="pages/menu",
            thumb_url="http://img.example/t.jpg",
            thumb_media_id="th-3",
        ),
    ),
    (
        xml(
            "device_text",
            "<DeviceType>kettle</DeviceType><DeviceID>k-7</DeviceID><SessionID>9</SessionID>"
            "<Content>OTXCsEM=</Content><OpenID>someone</OpenID>",
        ),
        v.DeviceText(
            **MESSAGE, device_id="k-7", device_type="kettle", session_id="9", content="OTXCsEM="
        ),
    ),
    (
        xml("sticker", "<Md5>aa</Md5>"),
        v.Unsupported(**MESSAGE, kind="sticker", fields=Fields({"Md5": "aa"})),
    ),
]

SINGLE_EVENTS: list[tuple[str, v.Message]] = [
    (
        event("subscribe"),
        e.Subscribe(
            **HAPPENED,
        ),
    ),
    (
        event("subscribe", "<EventKey>qrscene_store-12</EventKey><Ticket>tk</Ticket>"),
        e.Subscribe(**HAPPENED, key="qrscene_store-12", ticket="tk"),
    ),
    (
        event("subscribe", "<EventKey>scanbarcode|ean13|690000000001</EventKey>"),
        e.Subscribe(**HAPPENED, key="scanbarcode|ean13|690000000001"),
    ),
    (
        event("subscribe", "<EventKey>last_trade_no_42000001</EventKey>"),
        e.Subscribe(**HAPPENED, key="last_trade_no_42000001"),
    ),
    (
        event("unsubscribe", "<EventKey></EventKey>"),
        e.Unsubscribe(
            **HAPPENED,
        ),
    ),
    (
        event("SCAN", "<EventKey>store-12</EventKey><Ticket>tk</Ticket>"),
        e.Scan(**HAPPENED, key="store-12", ticket="tk"),
    ),
    (
        event(
            "LOCATION",
            "<Latitude>30.24</Latitude><Longitude>-0.5</Longitude><Precision>65.000</Precision>",
        ),
        e.LocationReport(**HAPPENED, latitude=30.24, longitude=-0.5, precision=65.0),
    ),
    (event("CLICK", "<EventKey>TODAY_TEA</EventKey>"), e.MenuClick(**HAPPENED, key="TODAY_TEA")),
    (
        event("VIEW", "<EventKey>https://tea.example/</EventKey><MenuId>77</MenuId>"),
        e.MenuView(**HAPPENED, key="https://tea.example/", menu_id="77"),
    ),
    (
        event("view_miniprogram", "<EventKey>pages/menu</EventKey><MenuID>78</MenuID>"),
        e.MenuMiniProgram(**HAPPENED, key="pages/menu", menu_id="78"),
    ),
    (
        event(
            "location_select",
            "<EventKey>near</EventKey><SendLocationInfo><Location_X>30</Location_X>"
            "<Location_Y>120</Location_Y><Scale>16</Scale><Label>龙井村</Label><Poiname/>"
            "</SendLocationInfo>",
        ),
        e.MenuLocation(
            **HAPPENED, key="near", latitude=30.0, longitude=120.0, scale=16, label="龙井村", poi=""
        ),
    ),
    (
        event(
            "MASSSENDJOBFINISH",
            "<MsgID>3147483649</MsgID><Status>send success</Status><TotalCount>900</TotalCount>"
            "<FilterCount>880</FilterCount><SentCount>879</SentCount><ErrorCount>1</ErrorCount>"
            "<CopyrightCheckResult><Count>0</Count><ResultList/><CheckState>1</CheckState>"
            "</CopyrightCheckResult><ArticleUrlResult><Count>1</Count><ResultList><item>"
            "<ArticleIdx>1</ArticleIdx><ArticleUrl>https://mp.example/s/1</ArticleUrl></item>"
            "</ResultList></ArticleUrlResult>",
        ),
        e.MassSendFinished(
            **HAPPENED,
            job_id="3147483649",
            status="send success",
            total=900,
            filtered=880,
            sent=879,
            failed_count=1,
            urls=("https://mp.example/s/1",),
            fields=Fields(
                {
                    "CopyrightCheckResult.Count": "0",
                    "CopyrightCheckResult.ResultList": "",
                    "CopyrightCheckResult.CheckState": "1",
                }
            ),
        ),
    ),
    (
        event(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>2247490001</publish_id><publish_status>0"
            "</publish_status><article_id>art-1</article_id><article_detail><count>2</count>"
            "<item><idx>1</idx><article_url>https://mp.example/s/1</article_url></item>"
            "<item><idx>2</idx><article_url>https://mp.example/s/2</article_url></item>"
            "</article_detail></PublishEventInfo>",
        ),
        e.PublishFinished(
            **HAPPENED,
            publish_id="2247490001",
            status=0,
            article_id="art-1",
            urls=("https://mp.example/s/1", "https://mp.example/s/2"),
        ),
    ),
    (
        event(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>2247490002</publish_id><publish_status>2"
            "</publish_status><fail_idx>1</fail_idx><fail_idx>3</fail_idx></PublishEventInfo>",
        ),
        e.PublishFinished(
            **HAPPENED, publish_id="2247490002", status=2, article_id=None, failed_articles=(1, 3)
        ),
    ),
    (
        event("TEMPLATESENDJOBFINISH", "<MsgID>55</MsgID><Status>failed:user block</Status>"),
        e.TemplateSent(**HAPPENED, job_id="55", status="failed:user block"),
    ),
    (
        event(
            "subscribe_msg_popup_event",
            "<SubscribeMsgPopupEvent><List><TemplateId>tpl-1</TemplateId>"
            "<SubscribeStatusString>accept</SubscribeStatusString><PopupScene>1</PopupScene></List>"
            "<List><TemplateId>tpl-2</TemplateId>"
            "<SubscribeStatusString>reject</SubscribeStatusString><PopupScene>1</PopupScene></List>"
            "</SubscribeMsgPopupEvent>",
        ),
        e.SubscribeMsgPopup(
            **HAPPENED,
            choices=(
                e.SubscribeChoice(template_id="tpl-1", status="accept", scene="1"),
                e.SubscribeChoice(template_id="tpl-2", status="reject", scene="1"),
            ),
        ),
    ),
    (
        event(
            "subscribe_msg_change_event",
            "<SubscribeMsgChangeEvent><List><TemplateId>tpl-1</TemplateId>"
            "<SubscribeStatusString>reject</SubscribeStatusString></List>"
            "</SubscribeMsgChangeEvent>",
        ),
        e.SubscribeMsgChanged(
            **HAPPENED, choices=(e.SubscribeChoice(template_id="tpl-1", status="reject"),)
        ),
    ),
    (
        event(
            "subscribe_msg_sent_event",
            "<SubscribeMsgSentEvent><List><TemplateId>tpl-1</TemplateId><MsgID>1700</MsgID>"
            "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List>"
            "</SubscribeMsgSentEvent>",
        ),
        e.SubscribeMsgSent(
            **HAPPENED,
            results=(
                e.SubscribeResult(template_id="tpl-1", job_id="1700", error=0, status="success"),
            ),
        ),
    ),
]

_SCANNED = (
    "<EventKey>code</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType>"
    "<ScanResult>T-2025</ScanResult></ScanCodeInfo>"
)
_PHOTOS = (
    "<EventKey>photo</EventKey><SendPicsInfo><Count>2</Count><PicList>"
    "<item><PicMd5Sum>aa</PicMd5Sum></item><item><PicMd5Sum>bb</PicMd5Sum></item>"
    "</PicList></SendPicsInfo>"
)
_CARD = "<CardId>card-1</CardId><UserCardCode>0042</UserCardCode><OuterStr>shop</OuterStr>"
_RARE = "<Note>n</Note><Group><Part><No>1</No></Part><Part><No>2</No></Part></Group>"
_RARE_FIELDS = Fields({"Note": "n", "Group.Part.0.No": "1", "Group.Part.1.No": "2"})


def _family(value: type[e.RareEvent], *kinds: str) -> list[tuple[str, v.Message]]:
    return [
        (event(kind, _RARE), value(**HAPPENED, kind=kind.lower(), fields=_RARE_FIELDS))
        for kind in kinds
    ]


FAMILIES: list[tuple[str, v.Message]] = [
    *(
        (
            event(kind, _SCANNED),
            e.MenuScan(**HAPPENED, kind=kind, key="code", scan_type="qrcode", result="T-2025"),
        )
        for kind in ("scancode_push", "scancode_waitmsg")
    ),
    *(
        (
            event(kind, _PHOTOS),
            e.MenuPhoto(**HAPPENED, kind=kind, key="photo", count=2, md5s=("aa", "bb")),
        )
        for kind in ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")
    ),
    *(
        (
            event(kind, "<KfAccount>lin@tea</KfAccount>"),
            e.KfSession(**HAPPENED, kind=kind, account="lin@tea"),
        )
        for kind in ("kf_create_session", "kf_close_session")
    ),
    (
        event(
            "kf_switch_session",
            "<FromKfAccount>lin@tea</FromKfAccount><ToKfAccount>wu@tea</ToKfAccount>",
        ),
        e.KfSession(**HAPPENED, kind="kf_switch_session", account="wu@tea", previous="lin@tea"),
    ),
    *(
        (
            event(kind, "<ExpiredTime>1794536000</ExpiredTime>"),
            e.AccountVerification(**HAPPENED, kind=kind, expires=1_794_536_000),
        )
        for kind in (
            "qualification_verify_success",
            "naming_verify_success",
            "annual_renew",
            "verify_expired",
        )
    ),
    *(
        (
            event(kind, "<FailTime>1762999000</FailTime><FailReason>证件过期</FailReason>"),
            e.AccountVerification(
                **HAPPENED, kind=kind, failed_at=1_762_999_000, reason="证件过期"
            ),
        )
        for kind in ("qualification_verify_fail", "naming_verify_fail")
    ),
    *(
        (
            event(
                kind, f"<OpenID>{SUBJECT}</OpenID><AppID>wxtea</AppID><RevokeInfo>301</RevokeInfo>"
            ),
            e.ConsentChange(**HAPPENED, kind=kind, subject=SUBJECT, appid="wxtea", revoked="301"),
        )
        for kind in (
            "user_info_modified",
            "user_authorization_revoke",
            "user_authorization_cancellation",
        )
    ),
    *(
        (
            event(kind, _CARD),
            e.CardEvent(
                **HAPPENED,
                kind=kind,
                card_id="card-1",
                code="0042",
                fields=Fields({"OuterStr": "shop"}),
            ),
        )
        for kind in (
            "card_pass_check",
            "card_not_pass_check",
            "user_get_card",
            "user_gifting_card",
            "user_del_card",
            "user_consume_card",
            "user_pay_from_pay_cell",
            "user_view_card",
            "user_enter_session_from_card",
            "update_member_card",
            "card_sku_remind",
            "card_pay_order",
            "submit_membercard_user_info",
            "card_merchant_check_result",
            "card_merchant_auth_check_result",
        )
    ),
    *(
        (
            event(kind, "<PageId>p-1</PageId><OrderId>AAB</OrderId>"),
            e.CardEvent(**HAPPENED, kind=kind, fields=Fields({"PageId": "p-1", "OrderId": "AAB"})),
        )
        for kind in ("giftcard_pay_done", "giftcard_send_to_friend", "giftcard_user_accept")
    ),
    *_family(
        e.InvoiceEvent,
        "user_authorize_invoice",
        "update_invoice_status",
        "submit_invoice_title",
        "cloud_invoice_invoiceresult_event",
    ),
    *_family(
        e.ShopEvent,
        "merchant_order",
        "poi_check_notify",
        "apply_merchant_audit_info",
        "create_map_poi_audit_info",
        "add_store_audit_info",
        "modify_store_audit_info",
    ),
    *_family(e.NearbyEvent, "ShakearoundUserShake", "ShakearoundLotteryBind", "WifiConnected"),
    *_family(
        e.ProductScan,
        "user_scan_product",
        "user_scan_product_enter_session",
        "user_scan_product_async",
        "user_scan_product_verify_action",
    ),
    *_family(
        e.GuideEvent,
        "guide_invite_result_event",
        "guide_qrcode_scan_event",
        "add_guide_buyer_relation_event",
    ),
    *_family(
        e.PlatformNotice,
        "weapp_audit_success",
        "weapp_audit_fail",
        "weapp_audit_delay",
        "wxa_media_check",
        "open_product_spu_audit",
        "charge_service_quota_notify",
        "user_enter_tempsession",
    ),
    *(
        (
            xml("device_event", f"<Event>{kind}</Event><DeviceID>k-7</DeviceID>"),
            e.DeviceEvent(**MESSAGE, kind=f"device_{kind}", fields=Fields({"DeviceID": "k-7"})),
        )
        for kind in ("bind", "unbind", "subscribe_status", "unsubscribe_status")
    ),
    (
        event("moon_festival", "<EventKey>cake</EventKey><Layers><Layer/></Layers>"),
        v.UnknownEvent(
            **HAPPENED, kind="moon_festival", key="cake", fields=Fields({"Layers.Layer": ""})
        ),
    ),
]

ALL: list[tuple[str, v.Message]] = [*MESSAGES, *SINGLE_EVENTS, *FAMILIES]
