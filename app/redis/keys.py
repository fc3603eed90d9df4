"""Every Redis key: its name, what it holds, how long it lives.

All share one hash tag: scripts use several keys, which Redis Cluster requires in one slot.

Stored names (`mail`, `underway`, `carried` ...) are those of version 0.1: renamed, a process of
the next version would not find what one of this version has stored.
"""

import hashlib
from datetime import timedelta

PREFIX = "{huiyin}:"
USER_STREAM = PREFIX + "jobs:talk"  # stream: users with queued jobs
REQUEST_STREAM = PREFIX + "jobs:asks"  # stream: worker requests
RECORDS = PREFIX + "records"  # list: turns that are yet to be written into the database, as JSON
EVENTS = PREFIX + "events"  # list: events of menus and links that are yet to be written, as JSON
DEAD_LETTERS = PREFIX + "jobs:dead"  # stream: jobs given up, with their error
DEAD_LETTERS_KEPT = 1_000  # entries
UNDELIVERED = PREFIX + "unclaimed"  # sorted set: delivery ids by when to lease them
WARM = PREFIX + "warm"  # string: name of a worker with loaded models; renewed each second
GROUP = "workers"

DELIVERY_FOR = timedelta(minutes=10)  # WeChat's third copy comes 10 s after the first
# A waiting record is erased at once; this covers one that a suspended worker had read before.
ERASED_AT_FOR = timedelta(days=7)
WARM_FOR = timedelta(seconds=5)
QUOTA_FOR = timedelta(hours=48)  # the longest window the platform leaves open
ALIVE_FOR = timedelta(seconds=2)
# After the last reply: the stream of a dead process expires once its replies are taken over.
REPLY_STREAM_FOR = timedelta(minutes=2)
REPLIES_KEPT = 10_000  # entries of a reply stream
NOTICE_SHOWN_FOR = timedelta(days=180)  # then the consent notice is shown again
BUDGET_DAY_FOR = timedelta(days=2)
BUDGET_MINUTE_FOR = timedelta(minutes=2)
TOKEN_LOCK_FOR = timedelta(seconds=16)  # longer than three tries of stable_token
TOKEN_FAILURE_FOR = timedelta(seconds=5)
FORCED_REFRESH_APART = timedelta(seconds=30)  # a sooner one refreshes nothing
ACCOUNT_RIGHTS_FOR = timedelta(days=7)  # asked daily: a week without a worker is bridged
CALLBACK_OUTCOMES_FOR = timedelta(days=7)
RIGHTS_ASKED_APART = timedelta(minutes=1)  # also after a failure
RETURNED_FOR = timedelta(minutes=1)  # a slower process may still write that an agent has it


def user(account: str, openid: str) -> str:
    """The user id `account:openid`: one follower (openid) of one account."""
    return f"{account}:{openid}"


def split_user(user: str) -> tuple[str, str]:
    """Account and openid of a user id."""
    account, _, openid = user.partition(":")
    return account, openid


def user_queue(user: str) -> str:
    """List: the user's queued jobs as JSON, oldest first."""
    return f"{PREFIX}mail:{user}"


def scheduled(user: str) -> str:
    """String: set while the user stream has an entry of the user."""
    return f"{PREFIX}turn:{user}"


def deliveries(user: str) -> str:
    """Set: ids of the user's deliveries that are still stored; an erasure needs them."""
    return f"{PREFIX}deliveries:{user}"


def erased_at(user: str) -> str:
    """String: when the user's data was erased (s since 1970); older records are not written."""
    return f"{PREFIX}forgotten:{hashlib.sha256(user.encode()).hexdigest()}"


def session(user: str) -> str:
    """String: the session as JSON; lives `Timing.session` seconds."""
    return f"{PREFIX}session:{user}"


def quota(user: str) -> str:
    """Hash: `message:left`, `message:closes` (seconds since 1970), and so on."""
    return f"{PREFIX}quota:{user}"


def delivery(id: str) -> str:  # noqa: A002 - the platform's own word
    """Hash of one message: n (copies so far), at (received, s since 1970), user; tries, judged
    (slow: the turn waits), postponed (the database was away); reply (JSON of a message; '' for
    none), why (explanation), carried (handed over at, s since 1970; -1: moved to the outbox), on
    (number of the copy it was handed to), handed_to (the api process and the entry of its reply
    stream), confirmed (1: the reply has arrived)."""
    return f"{PREFIX}delivery:{id}"


def waiters(id: str) -> str:  # noqa: A002 - the platform's own word
    """List: `api token until` (api process, its token, s since 1970) of each copy that waits."""
    return f"{PREFIX}waiters:{id}"


def reply_stream(api: str) -> str:
    """Stream: replies of workers that this api process has not read yet; t (token), a (JSON)."""
    return f"{PREFIX}answers:{api}"


def api_heartbeat(api: str) -> str:
    """String: set while this api process runs. Replies go to such processes first."""
    return f"{PREFIX}alive:{api}"


def access_token(appid: str) -> str:
    """Hash: token, expires_at and obtained_at (s since 1970), refused (set once the platform did);
    lives until it expires."""
    return f"{PREFIX}access_token:{appid}"


def token_lock(appid: str) -> str:
    """String: who renews the account's access token; lives TOKEN_LOCK_FOR."""
    return f"{PREFIX}access_token:lock:{appid}"


def token_failure(appid: str) -> str:
    """String: why the last renewal failed, as JSON, with its lock; lives TOKEN_FAILURE_FOR."""
    return f"{PREFIX}access_token:failure:{appid}"


def forced_refresh(appid: str) -> str:
    """String: set after a forced renewal, for FORCED_REFRESH_APART."""
    return f"{PREFIX}access_token:forced:{appid}"


def callback_outcomes(account: str) -> str:
    """Hash: when a callback of the account last had each outcome (s since 1970)."""
    return f"{PREFIX}callback_outcomes:{account}"


def account_rights(appid: str) -> str:
    """Hash: answer (AccountRights as JSON), asked_at (s since 1970), and `refused:` with a right
    (when 48001 was last answered for it); lives ACCOUNT_RIGHTS_FOR after the last of them."""
    return f"{PREFIX}account_rights:{appid}"


def rights_asked(appid: str) -> str:
    """String: set while no worker has to ask for the account's rights, for RIGHTS_ASKED_APART."""
    return f"{PREFIX}account_rights:asked:{appid}"


def budgets(appid: str, window: str) -> str:
    """Hash: calls of each interface in a day (20261130) or minute (202611300759) of China's time,
    and `limit:` with the interface, where the platform told us its limit."""
    return f"{PREFIX}budgets:{window}:{appid}"


# String without expiry: the keys of `handoff` were restored since Redis last lost its data.
HANDOFFS_LOADED = PREFIX + "persons"
CONVERSATION_EVENTS = PREFIX + "conversations:news"  # stream: which conversation changed, and how
CONVERSATION_EVENTS_KEPT = 1_000  # entries


def handoff(user: str) -> str:
    """String: the active handoff as JSON; lives until the return to the bot."""
    return f"{PREFIX}person:{user}"


def notice_shown(user: str) -> str:
    """String: set once the consent notice was shown to the user."""
    return f"{PREFIX}told:{user}"


def rate_window(user: str, window: str) -> str:
    """Hash: message hash to its number in the user's minute or day; lives as long as the window."""
    return f"{PREFIX}pace:{window}:{user}"


def generated_count(user: str) -> str:
    """String: number of answers generated for the user; lives for a day."""
    return f"{PREFIX}written:{user}"


def notices(target: str) -> str:
    """Sorted set: conversations that this target of NOTIFY is to be notified of, by time due."""
    return f"{PREFIX}notices:{target}"


def notice_pace(target: str) -> str:
    """String: set while this target may not be sent another notice."""
    return f"{PREFIX}notices:pace:{target}"


def notice_failures(target: str) -> str:
    """String: number of failures in a row to reach this target."""
    return f"{PREFIX}notices:failures:{target}"


def conversation_notified(conversation: str) -> str:
    """String: `plain` or `urgent`: the notice that was queued for this conversation."""
    return f"{PREFIX}noticed:{conversation}"


def user_notified(user: str) -> str:
    """String: set for a while after a notice about this user."""
    return f"{PREFIX}noticed-of:{user}"


def unconfirmed(user: str) -> str:
    """Set: ids of the user's deliveries whose reply isn't known to have arrived."""
    return f"{PREFIX}underway:{user}"


def of_follower(user: str) -> tuple[str, ...]:
    """All keys that are erased with the user; add every new key of a user here.

    Without `user_queue` and `scheduled`: they hold the erase job itself.
    """
    return (
        deliveries(user),
        unconfirmed(user),
        session(user),
        quota(user),
        handoff(user),
        user_notified(user),
        notice_shown(user),
        rate_window(user, "minute"),
        rate_window(user, "day"),
        generated_count(user),
    )
