"""What tables are made of: their widths, the type of their texts, the one MetaData."""

from sqlalchemy import Dialect, MetaData, Text, TypeDecorator

# Widths in characters: each is what the way in lets through, for PostgreSQL refuses what is longer.
# What a person chooses elsewhere (an intent of their own, a model's name) has none.
DELIVERY = 300  # an appid and a MsgId, or a hash of the event
# What an answer was taken from: an entry, a chunk, a rule, a menu's key of 128 characters. With the
# delivery it is a key, and the key of an index has 2,704 bytes at most.
CITED = 256

metadata = MetaData()


class Prose(TypeDecorator[str]):
    """What people or models wrote, without what PostgreSQL can't hold: NUL, lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is stored."""
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """The text without NUL; half a surrogate pair becomes a question mark."""
    return value.replace("\0", "").encode(errors="replace").decode()
