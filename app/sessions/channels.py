"""Followers of other channels than WeChat: a mini program, an H5 page.

They share mailboxes, sessions and tables with WeChat's followers. Their ids begin with the
channel and a dot, which no openid of WeChat's has: nobody is taken for somebody else.
"""

CHANNEL = r"[a-z0-9]{1,15}"
ANY_OPENID = rf"^({CHANNEL}\.)?[\w-]{{1,64}}$"  # as tables keep it; 64 characters with the channel
LONGEST = 64


def follower_id(channel: str, openid: str) -> str:
    """The id under which a channel's follower is kept."""
    return f"{channel}.{openid}"


def is_wechats(openid: str) -> bool:
    """Whether the platform knows this follower: nobody else can be written to by its API."""
    return "." not in openid
