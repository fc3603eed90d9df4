"""Settings of time limits, and of sizes, numbers and rates."""

from pydantic import BaseModel, ConfigDict, Field


class Timing(BaseModel):
    """Time limits in seconds."""

    model_config = ConfigDict(frozen=True)

    reply_within: float = 4.5  # WeChat hangs up at 5
    hold_until: float = 5.5  # a copy that WeChat will repeat is held past its hang-up
    last_delivery_after: float = 9.0  # the third copy comes at 10
    head_within: float = Field(10.0, gt=0)  # for an HTTP request's head; idle connections too
    body_within: float = Field(10.0, gt=0)  # and a second more for each limits.body_rate bytes
    rest_within: float = 60.0  # REST callers wait for up to 256 long texts
    rerank_within: float = Field(1.0, gt=0)  # then the search model verifies the candidates left
    claim_after: float = 5.0  # a worker that renews nothing for so long counts as dead
    blocking_read: float = Field(0.5, ge=0.01)  # of a Redis stream; stopping waits as long
    session: float = 1800.0  # a conversation is over after half an hour of silence
    statistics_every: float = Field(30.0, gt=0)  # between two looks for days to fetch

    @property
    def may_miss_last_copy_after(self) -> float:
        """Seconds after the first copy from which a reply may miss the last one (11.25)."""
        return self.last_delivery_after + self.reply_within / 2

    @property
    def last_copy_answerable_until(self) -> float:
        """Seconds after the first copy until which the last one can still be answered (13)."""
        return self.last_delivery_after + self.reply_within - 0.5

    @property
    def all_copies_answered_after(self) -> float:
        """Seconds after the first copy by which the last one has been answered (15)."""
        return self.last_delivery_after + self.hold_until + 0.5


class Limits(BaseModel):
    """Limits of sizes, numbers and rates."""

    model_config = ConfigDict(frozen=True)

    head_bytes: int = 16 * 1024  # request line and headers
    body_rate: int = Field(10 * 1024, ge=1)  # least bytes a second of a sender
    connections: int = Field(4_096, ge=1)  # beyond them the one idle for longest is closed
    body_bytes: int = 64 * 1024  # the largest callback is about 3 KiB
    rest_body_bytes: int = 4 * 1024 * 1024  # 256 texts of 2,000 characters, escaped
    import_bytes: int = 20 * 1024 * 1024  # files of one import; a worker holds them in memory
    table_bytes: int = 1024**3  # a file of events or items; larger ones than above become a job
    queue: int = 5_000  # users with queued jobs
    mailbox: int = 20  # queued jobs of one user
    batch_tokens: int = 800  # per forward pass: 400 to 800 are best, docs/decisions/0003
    tries: int = 3  # then a job goes to the dead letters
    messages_a_minute: int = Field(120, ge=1)  # of one follower; then one notice, then silence
    messages_a_day: int = Field(5_000, ge=1)
    written_a_day: int = Field(200, ge=0)  # generated answers for one follower
    keep_days: int = Field(180, ge=1)  # of conversations: the law asks for six months
