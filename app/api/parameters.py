"""Parameters that many routes take: the page of a list, and the id of a record."""

from typing import Annotated

from fastapi import Path, Query

PageOffset = Annotated[int, Query(ge=0, le=1_000_000)]  # entries that are skipped
PageLimit = Annotated[int, Query(ge=1, le=100)]  # entries of a page
RecordId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
