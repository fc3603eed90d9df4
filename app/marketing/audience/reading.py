"""Reads events into the columns of an Activity, by DuckDB: pseudonyms and items become numbers."""

from typing import Any

import duckdb
import numpy as np

from app.marketing.audience.activity import KINDS, Activity

# A relation of events, with the columns that are read of it.
COLUMNS = ("pseudonym", "kind", "time", "value", "item", "intent", "sentiment")
_MOODS = "CASE sentiment WHEN 'positive' THEN 1 WHEN 'negative' THEN -1 WHEN 'neutral' THEN 0 END"


def read_activity(events: duckdb.DuckDBPyRelation) -> Activity:
    """The events of known followers in the order of their times.

    events: a relation with COLUMNS; texts are "" or NULL for none, time is in seconds since 1970.
    """
    of_followers = events.filter("pseudonym <> ''")
    names = {
        column: _list_names(of_followers, column) for column in ("pseudonym", "item", "intent")
    }
    places = ", ".join(
        f"CASE WHEN {column} <> '' THEN"
        f" dense_rank() OVER (ORDER BY nullif({column}, '') NULLS LAST) - 1"
        f" ELSE -1 END AS {column}"
        for column in names
    )
    kinds = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(KINDS))
    columns: dict[str, Any] = (
        of_followers.project(
            f"{places}, CASE kind {kinds} ELSE -1 END::TINYINT AS kind, time,"
            f" coalesce(value, 'nan'::DOUBLE) AS value,"
            f" coalesce({_MOODS}, 'nan'::DOUBLE) AS mood"
        )
        .filter("kind >= 0")
        .order("time")
        .fetchnumpy()
    )
    return Activity(
        followers=names["pseudonym"],
        items=names["item"],
        intents=names["intent"],
        follower=_as_places(columns["pseudonym"]),
        kind=np.asarray(columns["kind"], dtype=np.int8),
        time=np.asarray(columns["time"], dtype=np.float64),
        value=np.asarray(columns["value"], dtype=np.float64),
        item=_as_places(columns["item"]),
        mood=np.asarray(columns["mood"], dtype=np.float64),
        intent=_as_places(columns["intent"]),
    )


def _list_names(events: duckdb.DuckDBPyRelation, column: str) -> list[str]:
    rows = events.filter(f"{column} <> ''").project(column).distinct().order(column).fetchall()
    return [name for (name,) in rows]


def _as_places(values: Any) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.asarray(values, dtype=np.int64)
