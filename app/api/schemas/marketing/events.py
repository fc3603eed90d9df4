"""Bodies of the events' endpoints."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.api.day_spans import Moment, read_moments
from app.kit.field_faults import BilingualError, Language, choose_language
from app.marketing.events.batches import OnError, RecordedBatch, RowFault
from app.marketing.events.repository import EventFilter
from app.marketing.events.service import MOST_ROWS
from app.marketing.events.values import EventKind, MarketingEvent, Scalar
from app.privacy.pseudonym import make_pseudonym

EXAMPLE: dict[str, Any] = {
    "account": "default",
    "on_error": "keep_rest",
    "events": [
        {
            "id": "view-0001", "kind": "view", "time": 1790000000, "openid": "oMei",
            "item": "tea-guide", "campaign": "spring",
        },
        {
            "id": "order-77", "kind": "conversion", "time": "2026-09-21T10:00:00+08:00",
            "openid": "oMei", "item": "longjing-50g", "value": 168,
        },
    ],
}  # fmt: skip


class RecordEventsRequest(BaseModel):
    """One `event`, or a batch of them: `events`. Each is checked as an EventRow.

    With a faulty row, `on_error` "none" stores nothing; "keep_rest" stores the others.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    event: dict[str, Any] | None = None
    events: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ROWS)] | None = None
    on_error: OnError = "none"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows, one or many."""
        return self.events or ([] if self.event is None else [self.event])

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.event is None) == (self.events is None):
            raise BilingualError("give one event, or events", "请写一条事件，或用 events 写多条")
        return self


class EventQuery(BaseModel):
    """Which events are listed; without a parameter all. The moment `until` is left out."""

    model_config = ConfigDict(extra="ignore")
    kind: EventKind | None = None
    openid: Annotated[str, Field(max_length=64)] = ""
    pseudonym: Annotated[str, Field(max_length=32)] = ""
    item: Annotated[str, Field(max_length=64)] = ""
    campaign: Annotated[str, Field(max_length=64)] = ""
    experiment: Annotated[str, Field(max_length=64)] = ""
    since: Moment | None = None
    until: Moment | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100

    def make_filter(self, key: str) -> EventFilter:
        """The filter of these parameters; `key` is that of pseudonyms. Raises BadSpan."""
        since, until = read_moments(self.since, self.until)
        return EventFilter(
            kind=self.kind, item=self.item, campaign=self.campaign, experiment=self.experiment,
            pseudonym=make_pseudonym(self.openid, key) if self.openid else self.pseudonym,
            since=since, until=until,
        )  # fmt: skip


class RowFaultResponse(BaseModel):
    """A row that is not stored: its id, what is wrong, and its place in the batch, from 1; of a
    file, its number in a spreadsheet, where the header is row 1. The reason is in Chinese where
    Accept-Language asks for it.
    """

    row: int
    id: str
    reason: str


class RecordedBatchResponse(BaseModel):
    """Rows that were stored, rows that were stored before, and faulty rows."""

    stored: int
    repeated: int
    faults: list[RowFaultResponse]


class EventDayResponse(BaseModel):
    """Events of a kind on a day of China's time, the followers they are of, and their value."""

    day: date
    kind: EventKind
    events: int
    followers: int
    value: float


class EventDayListResponse(BaseModel):
    """Counts by day and kind."""

    days: list[EventDayResponse]


class MarketingEventResponse(BaseModel):
    """An event; times in seconds since 1970, names that don't apply are ""."""

    id: str
    kind: EventKind
    time: float
    recorded: float
    pseudonym: str
    item: str
    campaign: str
    experiment: str
    variant: str
    unit: str
    recommendation: str
    strategy: str
    value: float | None
    properties: dict[str, Scalar]


class EventListResponse(BaseModel):
    """A page of events, the latest first."""

    events: list[MarketingEventResponse]


def describe_batch(batch: RecordedBatch, language: Language) -> RecordedBatchResponse:
    """The response to a batch."""
    faults = [describe_row_fault(fault, language) for fault in batch.faults]
    return RecordedBatchResponse(stored=batch.stored, repeated=batch.repeated, faults=faults)


def describe_row_fault(fault: RowFault, language: Language) -> RowFaultResponse:
    """A faulty row, told in a language."""
    reason = choose_language(fault.reason, fault.chinese, language)
    return RowFaultResponse(row=fault.row, id=fault.id, reason=reason)


def describe_event(event: MarketingEvent) -> MarketingEventResponse:
    """The response of an event."""
    values = {name: getattr(event, name) for name in MarketingEventResponse.model_fields}
    return MarketingEventResponse.model_validate(values)
