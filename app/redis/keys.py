"""Every Redis key: its name, what it holds, how long it lives.

One hash tag: scripts touch several keys, and Redis Cluster wants those in one slot.
"""

import hashlib
from datetime import timedelta

PREFIX = "{huiyin}:"
USER_STREAM = PREFIX + "jobs:talk"  # stream: a user who has mail
REQUEST_STREAM = PREFIX + "jobs:asks"  # stream: a REST job
RECORDS = PREFIX + "records"  # list: turns that are yet to be written into the database, as JSON
DEAD_LETTERS = PREFIX + "jobs:dead"  # stream: jobs given up, with their error
DEAD_LETTERS_KEPT = 1_000  # entries
UNDELIVERED = PREFIX + "unclaimed"  # sorted set: delivery ids by when to look again
WARM = PREFIX + "warm"  # string: a worker has its models loaded; it renews it each second
GROUP = "workers"

DELIVERY_FOR = timedelta(minutes=10)  # WeChat's last delivery comes 10 s after the first
# A record is erased where it waits; this is for one that a worker had in hand while it stood still.
ERASED_AT_FOR = timedelta(days=7)
WARM_FOR = timedelta(seconds=5)
QUOTA_FOR = timedelta(hours=48)  # the longest window the platform leaves open
ALIVE_FOR = timedelta(seconds=2)
REPLY_STREAM_FOR = timedelta(minutes=2)  # an api process that is gone leaves nothing behind
NOTICE_SHOWN_FOR = timedelta(days=180)  # then a follower is told again what is kept of them
RETURNED_FOR = timedelta(minutes=1)  # a slower process may still say that a person has it


def user(account: str, openid: str) -> str:
    """The name of one follower of one account."""
    return f"{account}:{openid}"


def split_user(user: str) -> tuple[str, str]:
    """Its account and openid."""
    account, _, openid = user.partition(":")
    return account, openid


def user_queue(user: str) -> str:
    """List: the user's messages that wait for an answer, oldest first."""
    return f"{PREFIX}mail:{user}"


def scheduled(user: str) -> str:
    """String: set while the user stands on the stream."""
    return f"{PREFIX}turn:{user}"


def deliveries(user: str) -> str:
    """Set: ids of the user's deliveries that are still known, to erase them by."""
    return f"{PREFIX}deliveries:{user}"


def erased_at(user: str) -> str:
    """String: when the user's data was erased; what was said before is not written any more."""
    return f"{PREFIX}forgotten:{hashlib.sha256(user.encode()).hexdigest()}"


def session(user: str) -> str:
    """String: the conversation so far, as JSON; lives as long as the timing says."""
    return f"{PREFIX}session:{user}"


def quota(user: str) -> str:
    """Hash: `message:left`, `message:closes` (seconds since 1970), and so on."""
    return f"{PREFIX}quota:{user}"


def delivery(id: str) -> str:  # noqa: A002 - the platform's own word
    """Hash: n, user, tries, judged (it waits beyond the model), postponed (it waits for the
    database), reply (JSON of `app.messages`; '' says nothing), why, carried (seconds since 1970),
    on (the n that carried), at (when it was received)."""
    return f"{PREFIX}delivery:{id}"


def waiters(id: str) -> str:  # noqa: A002 - the platform's own word
    """List: `api token until` of each delivery that waits."""
    return f"{PREFIX}waiters:{id}"


def reply_stream(api: str) -> str:
    """Stream: what workers answer to one api process."""
    return f"{PREFIX}answers:{api}"


def api_heartbeat(api: str) -> str:
    """String: this api process runs; it renews it. Answers are rather handed to such."""
    return f"{PREFIX}alive:{api}"


def token(appid: str) -> str:
    """String: the account's access token; lives five minutes less than the platform says."""
    return f"{PREFIX}token:{appid}"


HANDOFFS_LOADED = PREFIX + "persons"  # string: `person` below is known for everybody; no lifetime
CONVERSATION_EVENTS = PREFIX + "conversations:news"  # stream: which conversation changed, and how
CONVERSATION_EVENTS_KEPT = 1_000  # entries


def handoff(user: str) -> str:
    """String: who has the conversation, as JSON; lives until the bot comes back."""
    return f"{PREFIX}person:{user}"


def notice_shown(user: str) -> str:
    """String: set once the user has been told what is kept of them."""
    return f"{PREFIX}told:{user}"


def rate_window(user: str, window: str) -> str:
    """Hash: the first messages of the user's minute or day, numbered; lives as long as that."""
    return f"{PREFIX}pace:{window}:{user}"


def generated_count(user: str) -> str:
    """String: how many answers a language model has written for the user; lives for a day."""
    return f"{PREFIX}written:{user}"


def notices(target: str) -> str:
    """Sorted set: conversations that a target of NOTIFY is to be told of, by when."""
    return f"{PREFIX}notices:{target}"


def notice_pace(target: str) -> str:
    """String: this target is not to hear anything just now."""
    return f"{PREFIX}notices:pace:{target}"


def notice_failures(target: str) -> str:
    """String: how often in a row this target couldn't be reached."""
    return f"{PREFIX}notices:failures:{target}"


def conversation_notified(conversation: str) -> str:
    """String: targets are, or were, to be told of it: `plain` or `urgent`."""
    return f"{PREFIX}noticed:{conversation}"


def user_notified(user: str) -> str:
    """String: targets were told of this user not long ago."""
    return f"{PREFIX}noticed-of:{user}"


def unconfirmed(user: str) -> str:
    """Set: ids of the user's deliveries whose answer isn't known to have arrived."""
    return f"{PREFIX}underway:{user}"


def of_follower(user: str) -> tuple[str, ...]:
    """All keys that are erased with the user. A new key of theirs belongs in here.

    Not the mail and its turn: they say that an erasure is being worked on.
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
