"""What openapi/rid/get tells of a refused call: its rid is good for seven days."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.simulator.errcodes import Refused

KEEP_SECONDS = 7 * 86_400
MOST = 10_000  # rids that are kept; the oldest go first


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """A call and its answer."""

    appid: str  # "": without a good token
    invoke_time: int  # seconds since 1970
    cost_in_ms: int
    request_url: str  # the query
    request_body: str
    response_body: str
    client_ip: str

    def as_body(self) -> Mapping[str, object]:
        """The fields that the platform tells."""
        return {
            "invoke_time": self.invoke_time,
            "cost_in_ms": self.cost_in_ms,
            "request_url": self.request_url,
            "request_body": self.request_body,
            "response_body": self.response_body,
            "client_ip": self.client_ip,
        }


@dataclass
class RidLog:
    """Records by rid."""

    _records: "OrderedDict[str, CallRecord]" = field(default_factory=OrderedDict)
    _count: int = 0

    def make_rid(self, now: float) -> str:
        """A new rid, of three groups of hexadecimal digits."""
        self._count += 1
        return f"{int(now):08x}-{self._count:08x}-{self._count * 2654435761 % 2**32:08x}"

    def keep(self, rid: str, record: CallRecord) -> None:
        """Keep the record of a refused call."""
        self._records[rid] = record
        while len(self._records) > MOST:
            self._records.popitem(last=False)

    def find(self, rid: str, appid: str, now: float) -> CallRecord:
        """The record of an account's call.

        Raises Refused: 76002 for no rid, 76001 unknown, 76003 of another account, 76004 too old.
        """
        if not rid:
            raise Refused(76002)
        record = self._records.get(rid)
        if record is None:
            raise Refused(76001)
        if record.appid not in ("", appid):
            raise Refused(76003)
        if now - record.invoke_time > KEEP_SECONDS:
            raise Refused(76004)
        return record
