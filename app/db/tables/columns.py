"""Shared by all tables: widths of columns, the type of texts, the MetaData."""

from sqlalchemy import Dialect, MetaData, Text, TypeDecorator

# Widths in characters, as limited on input: PostgreSQL refuses longer values. Names chosen
# elsewhere (an operator's own intent, a model) have no width.
DELIVERY = 300  # an appid and a MsgId, or a hash of the event
# A citation: the id of an entry, a chunk, a rule or a menu's key of 128 characters. Together with
# the delivery it is a primary key, and an index's key has 2,704 bytes at most.
CITED = 256

# `info` of the column with the time at which a follower's row was made, in seconds since 1970: an
# erasure is limited by it.
MADE = {"made": True}

# `info` of a column with a follower's pseudonym that an erasure empties; the rows stay.
PSEUDONYM = {"pseudonym": True}
# The same, where people are counted: an erasure puts one random id over all of the follower's.
ANONYMISED = PSEUDONYM | {"anonymised": True}
# `info` of an id that may be made of the pseudonym's digits: an erasure puts those of the random id
# in their place.
MADE_OF_PSEUDONYM = {"made_of_pseudonym": True}
# `info` of what else in such a row may tell of the follower: an erasure empties it.
PERSONAL = {"personal": True}
# `info` of the column with a follower's pseudonym in a row about that follower alone: an erasure
# deletes the row.
OWN_ROW = {"own_row": True}

metadata = MetaData()


class Prose(TypeDecorator[str]):
    """Text of people or models; NUL and lone surrogates, which PostgreSQL refuses, are removed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is stored."""
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """The text without NUL, and with question marks for lone surrogates."""
    return value.replace("\0", "").encode(errors="replace").decode()
