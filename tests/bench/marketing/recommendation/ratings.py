"""Reads MovieLens-100k: ratings, and the titles and genres of its films."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions, sort_interactions

FOLDER = "movielens-100k"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratings:
    """Columns (n,) of the file, in its order; items are numbered as the lists are."""

    followers: np.ndarray
    items: np.ndarray
    times: np.ndarray
    titles: list[str]
    genres: list[tuple[str, ...]]

    def sort(self, ties: np.ndarray | None = None) -> Interactions:
        """Interactions; those of one second are ordered by `ties` (n,), or as in the file."""
        order = np.arange(len(self.items)) if ties is None else np.argsort(ties, kind="stable")
        counts = int(self.followers.max()) + 1, len(self.titles)
        columns = self.followers[order], self.items[order], self.times[order]
        return sort_interactions(*columns, counts=counts)


def read_ratings(data: Path) -> Ratings:
    """All ratings, whatever their stars: each is an item that was seen. Raises OSError."""
    films = _read_rows(data / FOLDER / "ml-100k.item")
    numbers = {film[0]: number for number, film in enumerate(films)}
    rows = _read_rows(data / FOLDER / "ml-100k.inter")
    users = np.array([int(row[0]) for row in rows])
    return Ratings(
        followers=np.unique(users, return_inverse=True)[1],
        items=np.array([numbers[row[1]] for row in rows]),
        times=np.array([float(row[3]) for row in rows]),
        titles=[film[1] for film in films],
        genres=[tuple(film[3].split()) for film in films],
    )


def _read_rows(file: Path) -> list[list[str]]:
    """The rows below the header."""
    return [line.split("\t") for line in file.read_text("utf-8").splitlines()[1:]]
