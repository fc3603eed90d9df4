"""What WeChat's own desk tells: which agent has a follower, and when the session is over."""

from app.accounts import Account
from app.inbox.service import Handoffs
from app.wechat.callback.events import KfSession


async def record_session(
    handoffs: Handoffs, account: Account, session: KfSession, now: float
) -> None:
    """Keep who has the follower; told twice, it stays the same.

    Only for accounts that use the desk: on others an agent may look in there, but the platform
    then keeps the follower's messages from us by itself.
    """
    if account.desk != "wechat":
        return
    if session.kind == "kf_close_session":
        await handoffs.wechat_agent_left(account.name, session.openid, session.account, now)
    else:
        await handoffs.wechat_agent_took(account.name, session.openid, session.account, now)
