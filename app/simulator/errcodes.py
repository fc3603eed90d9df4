"""The platform's errcodes that the simulator answers, and the exception that carries one.

Source: the platform's page of general return codes and the error table of each interface's page.
"""

from typing import Any

ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40031: "invalid openid list",
    40032: "invalid openid list size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40053: "invalid action info",
    40059: "invalid msg id",
    40066: "invalid url",
    40097: "invalid args",
    40114: "invalid index value",
    40125: "invalid appsecret",
    40130: "invalid openid list size, at least two openid",
    40132: "invalid username",
    40137: "invalid image format",
    40163: "code been used",
    40164: "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    40201: "invalid url",
    40202: "invalid action",
    40203: "invalid check_operator",
    40243: "appsecret is frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41039: "invalid content_source_url",
    42001: "access_token expired",
    42002: "refresh_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44001: "empty media data",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45005: "url size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45029: "qrcode count out of limit",
    45034: "too much material",
    45047: "out of response count limit",
    45056: "too many tag now, no need to add new",
    45057: "can't delete the tag that has too many fans",
    45058: "can't modify sys tag",
    45059: "can not tagging one user too much",
    45065: "clientmsgid exist",
    45066: "same clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45072: "invalid typing command",
    45080: "typing: no interaction within 30 seconds",
    45081: "typing: already typing",
    45083: "invalid speed",
    45084: "speed missing",
    45110: "author size out of limit",
    45157: "invalid tag name",
    45158: "tag name too long",
    45159: "invalid tag",
    45166: "invalid content",
    47001: "data format error",
    48001: "api unauthorized",
    48004: "api forbidden for irregularities",
    48006: "forbid to clear quota because of reaching the limit",
    50002: "user limited",
    53402: "invalid cover crop",
    53405: "invalid product",
    53406: "product ability is not open",
    53600: "article id not exists",
    76001: "rid not found",
    76002: "rid is error",
    76003: "could not query this rid, no permission",
    76004: "rid time is error",
    76021: "cgi_path not found, please check",
    76022: "could not use this cgi_path, no permission",
    87009: "reply is not exists",
    88000: "without comment privilege",
    88001: "msg_data is not exists",
    88003: "elected comment upto limit",
    88005: "already reply",
    88007: "reply content beyond max len or content len is zero",
    88008: "comment is not exists",
    88010: "count range error. count <= 0 or count > 50",
    10170001: "invalid product id",
    10170002: "unsupported article type",
    10170003: "unsupported card type",
}


class Refused(Exception):
    """A refusal: HTTP 200 with this errcode. `fields` stand beside errcode and errmsg."""

    def __init__(self, errcode: int, message: str = "", **fields: Any) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.message = message or ERRORS.get(errcode, "error")
        self.fields = fields


def refuse_unless(condition: object, errcode: int) -> None:
    """Raise Refused with `errcode` where the condition is false or empty."""
    if not condition:
        raise Refused(errcode)
