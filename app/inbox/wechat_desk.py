"""Records the sessions of WeChat's own desk: which agent has a follower, and until when."""

import time

from app.inbox.service import Handoffs
from app.jobs import DeskSessionJob


async def record_session(handoffs: Handoffs, session: DeskSessionJob) -> None:
    """Record that an agent took or left the follower. Safe to repeat."""
    record = handoffs.wechat_agent_left if session.is_closed else handoffs.wechat_agent_took
    await record(session.account, session.openid, session.agent, time.time())
