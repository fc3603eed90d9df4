"""Rows of events as they come in, by REST or from a file, checked one by one."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from app.kit.field_faults import BilingualError, Language, describe_faults
from app.marketing.events.batches import RowFault
from app.marketing.events.values import EventKind, MarketingEvent, Scalar
from app.privacy.pseudonym import make_pseudonym

AHEAD = 60.0  # seconds that a sender's clock may be ahead of ours
EARLIEST = 946_684_800.0  # 2000-01-01: what is before it is no time in seconds
MOST_PROPERTIES, LONGEST_PROPERTIES = 20, 2_000  # and characters of all together, as JSON
LARGEST_VALUE = 1e12
_LANGUAGES: tuple[Language, Language] = ("en", "zh")
# How a time as a number is sent: English, Chinese.
_UNIT_OF_PAST = (
    ": send seconds since 1970, or a time like 2026-12-01T08:00:00+08:00",
    "：请发送自 1970 年起的秒数，或如 2026-12-01T08:00:00+08:00 的时间",
)
_UNIT_OF_FUTURE = (
    "; it looks like milliseconds: send seconds since 1970",
    "，像是毫秒：请发送自 1970 年起的秒数",
)
_FIRST_MILLISECONDS = 100_000_000_000.0  # as seconds: the year 5138; as milliseconds: 1973
# Of what is ahead of now: seconds from which a unit is told, seconds of the unit, its names.
_UNITS_AHEAD = ((2 * 86_400, 86_400, "days", "天"), (2 * 3_600, 3_600, "hours", "小时"))

Name = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


def _check_value(value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and abs(value) <= LARGEST_VALUE):
        raise BilingualError(
            f"a value is a finite number up to {LARGEST_VALUE:g}",
            f"value 应为有限的数字，不超过 {LARGEST_VALUE:g}",
        )
    return value


def _check_properties(properties: dict[str, Scalar]) -> dict[str, Scalar]:
    if len(properties) > MOST_PROPERTIES:
        raise BilingualError(
            f"{len(properties)} properties; {MOST_PROPERTIES} at most",
            f"有 {len(properties)} 个属性，最多 {MOST_PROPERTIES} 个",
        )
    try:
        size = len(json.dumps(properties, ensure_ascii=False, allow_nan=False))
    except ValueError:
        raise BilingualError("a property is not a finite number", "有属性不是有限的数字") from None
    if size > LONGEST_PROPERTIES:
        raise BilingualError(
            f"the properties have {size:,} characters; {LONGEST_PROPERTIES:,} at most",
            f"属性一共 {size:,} 个字符，最多 {LONGEST_PROPERTIES:,} 个",
        )
    return properties


class EventRow(BaseModel):
    """One event as it is sent. The follower is `openid`, or the `pseudonym` that we gave out;
    neither: a reader who isn't known. `time` is in seconds since 1970, or ISO 8601 with its zone.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: Annotated[Name, StringConstraints(min_length=1)]
    kind: EventKind
    time: float | AwareDatetime
    openid: Name = ""
    pseudonym: Annotated[str, StringConstraints(pattern=r"^(|f-[0-9a-f]{16})$")] = ""
    item: Name = ""
    campaign: Name = ""
    experiment: Name = ""
    variant: Name = ""
    unit: Name = ""
    recommendation: Name = ""
    strategy: Name = ""
    value: Annotated[float | None, AfterValidator(_check_value)] = None
    properties: Annotated[
        dict[Annotated[Name, StringConstraints(min_length=1)], Scalar],
        Field(default_factory=dict),
        AfterValidator(_check_properties),
    ]

    @property
    def seconds(self) -> float:
        """The time in seconds since 1970."""
        return self.time if isinstance(self.time, float) else self.time.timestamp()

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_follower()
        self._check_kind()
        if self.variant and not self.experiment:
            raise BilingualError(
                "a variant is of an experiment: give both",
                "方案（variant）属于某个实验：请同时写 experiment",
            )
        return self

    def _check_follower(self) -> None:
        for name in ("openid", "pseudonym"):
            if name in self.model_fields_set and not getattr(self, name).strip():
                raise BilingualError(
                    f"{name} is empty: leave it out where the reader isn't known",
                    f"{name} 是空的：不知道是谁时请不要写这一项",
                )
        if self.openid and self.pseudonym:
            raise BilingualError(
                "give openid or pseudonym, not both", "openid 和 pseudonym 只写一个"
            )

    def _check_kind(self) -> None:
        if self.kind is EventKind.CONVERSION and self.value is not None and self.value < 0:
            raise BilingualError(
                "the value of a conversion is 0 or more", "成交（conversion）的 value 要大于等于 0"
            )
        if self.kind is EventKind.EXPOSURE and not (
            self.item or self.variant or self.recommendation
        ):
            raise BilingualError(
                "an exposure is of an item, a variant or a recommendation: give one",
                "曝光（exposure）要写明展示了什么：item、variant 或 recommendation",
            )
        if self.kind is EventKind.READ_DEPTH and not (
            self.value is not None and 0 <= self.value <= 1
        ):
            raise BilingualError(
                "the value of read_depth is the share that was read, 0 to 1",
                "阅读深度（read_depth）的 value 是读完的比例，0 到 1",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Makes events of an account's rows. `key` is that of pseudonyms.

    A time before `first_open` is a fault, as is one in the future; before `first_kept` there is no
    way to store it. Both are in seconds since 1970.
    """

    account: str
    key: str
    now: float  # seconds since 1970
    first_kept: float = EARLIEST
    first_open: float = EARLIEST

    def read_rows(
        self, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[list[tuple[int, MarketingEvent]], list[RowFault]]:
        """The events with their places in the batch, from 1, and the faulty rows."""
        events, faults = [], []
        for place, row in enumerate(rows, start=1):
            try:
                events.append((place, self._read_row(EventRow.model_validate(row))))
            except ValidationError as error:
                faults.append(describe_row_faults(place, row, error))
            except BilingualError as error:
                faults.append(RowFault(place, read_id(row), str(error), error.chinese))
        return events, faults

    def _read_row(self, row: EventRow) -> MarketingEvent:
        seconds = row.seconds
        self._check_time(seconds, is_number=isinstance(row.time, float))
        pseudonym = make_pseudonym(row.openid, self.key) if row.openid else row.pseudonym
        return MarketingEvent(
            account=self.account, id=row.id, kind=row.kind, time=seconds, recorded=self.now,
            pseudonym=pseudonym, item=row.item, campaign=row.campaign, experiment=row.experiment,
            variant=row.variant, unit=row.unit, recommendation=row.recommendation,
            strategy=row.strategy, value=row.value, properties=row.properties,
        )  # fmt: skip

    def _check_time(self, seconds: float, *, is_number: bool) -> None:
        """Raise BilingualError for a time that is none, in the future or too early.

        `is_number`: it was sent as one, so its unit may be wrong.
        """
        if not math.isfinite(seconds) or seconds < EARLIEST:
            form, chinese_form = _UNIT_OF_PAST if is_number else ("", "")
            raise BilingualError(
                "the time is before 2000" + form, "时间早于 2000 年" + chinese_form
            )
        if seconds > self.now + AHEAD:
            raise _refuse_future(seconds, self.now)
        if seconds < self.first_kept:
            days = f"{(self.now - self.first_kept) // 86_400:.0f}"
            raise BilingualError(
                f"the time is over {days} days ago, longer than events are kept",
                f"时间在 {days} 天以前，超过了事件的保存期限",
            )
        if seconds < self.first_open:
            raise BilingualError(
                "the time is in a day that is sealed; import older events from a file",
                "这一天的事件已经封存：更早的事件请用文件导入",
            )


def _refuse_future(seconds: float, now: float) -> BilingualError:
    if seconds >= _FIRST_MILLISECONDS:
        english, chinese = _UNIT_OF_FUTURE
        return BilingualError(f"the time is in the future{english}", f"时间在将来{chinese}")
    units = (unit for unit in _UNITS_AHEAD if seconds - now >= unit[0])
    _, length, name, chinese_name = next(units, (0, 60, "minutes", "分钟"))
    ahead = f"{math.ceil((seconds - now) / length):,}"
    return BilingualError(
        f"the time is {ahead} {name} in the future: check it, and the sender's clock",
        f"时间比现在晚 {ahead} {chinese_name}：请检查这个时间，以及发送方的时钟",
    )


def describe_row_faults(place: int, row: Mapping[str, Any], error: ValidationError) -> RowFault:
    """What a schema refused of a row at a place in its batch."""
    english, chinese = (describe_faults(error, row, language=each) for each in _LANGUAGES)
    return RowFault(place, read_id(row), english, chinese)


def read_id(row: Mapping[str, Any]) -> str:
    """The id of a row, for faults; it may be anything."""
    return str(row.get("id", ""))[:64]
