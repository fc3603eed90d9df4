"""How many interfaces of each group other SDKs have: their source was searched for each path.

Snapshots: Senparc be573f6 (2026-08-06), WxJava 3e48dc7 (2025-01-24), SKIT 92020d9 (2026-02-10),
PowerWeChat 38a5032 (2024-12-19), silenceper 1797041 (2024-02-19), wechatpy 2.0.0.5 of
odoo-wechatpy (2026-08). Paths that are built at run time are undercounted.
"""

from dataclasses import dataclass

SDKS = ("Senparc", "WxJava", "SKIT", "PowerWeChat", "silenceper", "wechatpy")


@dataclass(frozen=True, slots=True)
class Group:
    """A subject: its interfaces, the families that have them here, and each SDK's count."""

    title: str
    size: int
    families: tuple[str, ...]
    counts: tuple[int, ...]  # in the order of SDKS


GROUPS = (
    Group("access token", 2, ("tokens",), (2, 2, 2, 1, 2, 1)),
    Group("account, callback, automatic replies, JS-SDK ticket", 6, ("basics",),
          (5, 4, 6, 2, 3, 3)),
    Group("quotas and rid", 5, ("quota_interfaces",), (5, 1, 4, 1, 4, 0)),
    Group("customer-service messages", 2, ("customer_service",), (2, 2, 2, 2, 2, 1)),
    Group("temporary media, images in articles", 4, ("media",), (4, 4, 3, 4, 3, 4)),
    Group("permanent material", 5, ("material",), (5, 5, 5, 5, 5, 5)),
    Group("drafts and product cards", 8, ("drafts",), (8, 6, 6, 7, 6, 6)),
    Group("publishing", 5, ("freepublish",), (5, 5, 5, 5, 5, 5)),
    Group("mass sends", 7, ("mass",), (7, 7, 7, 5, 7, 5)),
    Group("comments", 8, ("comments",), (8, 8, 8, 8, 0, 8)),
    Group("OAuth", 4, ("oauth",), (4, 4, 4, 4, 4, 4)),
    Group("menus", 7, ("menus",), (7, 7, 7, 7, 7, 6)),
    Group("users, tags, blacklist", 16, ("users", "tags", "blacklist"), (16, 16, 16, 16, 16, 15)),
    Group("QR codes and short keys", 4, ("qrcodes", "shorten"), (4, 4, 3, 4, 2, 2)),
    Group("template messages, one-off subscriptions", 8, ("templates",), (8, 7, 7, 7, 4, 7)),
    Group("subscribe notices", 7, ("subscribe_notices",), (7, 7, 7, 7, 7, 7)),
    Group("customer-service agents, sessions, records", 13, ("kf_accounts", "kf_sessions"),
          (13, 13, 13, 13, 7, 13)),
    Group("statistics of users, messages, interfaces", 11, ("datacube",), (11, 11, 11, 11, 11, 11)),
    Group("statistics of articles, current", 4, ("article_statistics",), (4, 0, 0, 0, 0, 0)),
    Group("statistics of articles, retired", 6, ("retired_statistics",), (6, 6, 6, 5, 6, 6)),
    Group("voice, OCR, images", 6, ("voice", "ocr", "image_tools"), (5, 6, 2, 1, 1, 0)),
)  # fmt: skip
