"""Records the sessions of WeChat's own desk: which agent has a follower, and until when."""

from app.accounts import Account
from app.inbox.service import Handoffs
from app.wechat.callback.events import KfSession


async def record_session(
    handoffs: Handoffs, account: Account, session: KfSession, now: float
) -> None:
    """Record that an agent took or left the follower; idempotent. `now` in seconds since 1970.

    Ignored for accounts that don't use WeChat's desk: if an agent takes a session there all the
    same, the platform itself no longer sends us the follower's messages.
    """
    if account.desk != "wechat":
        return
    if session.kind == "kf_close_session":
        await handoffs.wechat_agent_left(account.name, session.openid, session.account, now)
    else:
        await handoffs.wechat_agent_took(account.name, session.openid, session.account, now)
