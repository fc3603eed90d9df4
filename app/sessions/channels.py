"""Ids of followers of other channels than WeChat, such as a mini program or an H5 page.

They share queues, sessions and tables with WeChat's followers. Their ids begin with the channel
and a dot, which no openid of WeChat's contains: ids of two channels never collide.
"""

CHANNEL = r"[a-z0-9]{1,15}"
ANY_OPENID = rf"^({CHANNEL}\.)?[\w-]{{1,64}}$"  # as tables store it
LONGEST = 64


def follower_id(channel: str, openid: str) -> str:
    """The id under which a channel's follower is stored."""
    return f"{channel}.{openid}"


def is_wechats(openid: str) -> bool:
    """Whether this is a follower on WeChat: only those can be sent customer-service messages."""
    return "." not in openid
