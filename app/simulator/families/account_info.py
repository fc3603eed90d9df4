"""What an account may learn of itself and of the platform's servers.

Pages: /doc/subscription/api/base/api_callbackcheck.html, api_getcallbackip.html,
api_getapidomainip.html; getaccountbasicinfo and get_current_autoreply_info of the open platform.
"""

from urllib.parse import urlsplit

from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface

ACTIONS = ("all", "dns", "ping")
OPERATORS = {"DEFAULT": "CAP", "CHINANET": "CHINANET", "UNICOM": "UNICOM", "CAP": "CAP"}
CALLBACK_ADDRESSES = ["127.0.0.1"]  # the simulator pushes from this machine
ACCOUNT_TYPES = {"personal": 1, "subscription": 1, "service": 2}
PERSON, COMPANY = 0, 1  # principal_type
UNVERIFIED, VERIFIED_COMPANY = 0, 1  # customer_type


def check_callback(call: Call) -> Answer:
    """Whether the callback's host resolves and answers. 40201 where no URL is entered."""
    action = call.body.get("action")
    operator = str(call.body.get("check_operator", "DEFAULT"))
    refuse_unless(action in ACTIONS, 40202)
    refuse_unless(operator in OPERATORS, 40203)
    host = urlsplit(call.account.account.callback_url).hostname
    if host is None:
        raise Refused(40201)
    answer: dict[str, object] = {}
    if action in ("all", "dns"):
        answer["dns"] = [{"ip": host, "real_operator": OPERATORS[operator]}]
    if action in ("all", "ping"):
        ping = {"from_operator": OPERATORS[operator], "package_loss": "0%", "time": "1.000ms"}
        answer["ping"] = [{"ip": host, **ping}]
    return answer


def list_callback_addresses(_: Call) -> Answer:
    """Addresses that the platform pushes from."""
    return {"ip_list": CALLBACK_ADDRESSES}


def list_api_addresses(_: Call) -> Answer:
    """Addresses that the platform is called at."""
    return {"ip_list": CALLBACK_ADDRESSES}


def get_basic_info(call: Call) -> Answer:
    """Kind and verification of the account."""
    account = call.account.account
    verified = account.verified
    return {
        **OK,
        "appid": account.appid,
        "account_type": ACCOUNT_TYPES[account.kind],
        "principal_type": PERSON if account.kind == "personal" else COMPANY,
        "principal_name": account.nickname,
        "customer_type": VERIFIED_COMPANY if verified else UNVERIFIED,
        "realname_status": 1,
        "nickname": account.nickname,
        "wx_verify_info": {
            "qualification_verify": verified,
            "naming_verify": verified,
            "annual_review": verified,
        },
        "head_image_info": {"head_image_url": "http://mmbiz.qpic.cn/mmbiz_png/head/0"},
    }


def get_autoreply(_: Call) -> Answer:
    """The replies set up on the platform's own pages: none."""
    return {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}


FAMILY = Family(
    "account_info",
    (
        Interface(method="POST", path="/cgi-bin/callback/check", answer=check_callback),
        Interface(
            method="GET", path="/cgi-bin/getcallbackip", answer=list_callback_addresses
        ),
        Interface(method="GET", path="/cgi-bin/get_api_domain_ip", answer=list_api_addresses),
        Interface(
            method="POST", path="/cgi-bin/account/getaccountbasicinfo",
            answer=get_basic_info, body="none",
        ),
        Interface(
            method="GET", path="/cgi-bin/get_current_autoreply_info", answer=get_autoreply
        ),
    ),
)  # fmt: skip
