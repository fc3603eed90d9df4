"""Counters and histograms, in Prometheus' terms."""

from prometheus_client import Counter, Gauge, Histogram

DELIVERIES = Counter("huiyin_deliveries_total", "Callbacks by what became of them", ["outcome"])
REFUSED = Counter("huiyin_refused_total", "Callbacks refused, by reason", ["reason"])
CUT = Counter(
    "huiyin_connections_cut_total", "Connections closed at a bound of HTTP, by which", ["bound"]
)
REPLY_SECONDS = Histogram(
    "huiyin_reply_seconds",
    "Callback in to answer out",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 4.5, 5, 6),
)
TURNS = Counter("huiyin_turns_total", "Answers by where they come from", ["source"])
FAILURES = Counter("huiyin_failures_total", "Unexpected errors, by place", ["place"])
DEAD_LETTERS = Counter("huiyin_dead_letters_total", "Jobs given up after their tries")
KEPT_REPLIES = Counter(
    "huiyin_kept_replies_total",
    "Replies that no copy of their message returned, by what became of them",
    ["way"],
)
PLATFORM_REFUSED = Counter(
    "huiyin_platform_refused_total", "Calls the platform refused, by errcode", ["code"]
)
PLATFORM_CALLS = Counter(
    "huiyin_platform_calls_total",
    "Requests to the platform by interface and outcome: ok, no answer, or the errcode",
    ["interface", "outcome"],
)
PLATFORM_SECONDS = Histogram(
    "huiyin_platform_seconds",
    "Requests to the platform, from the first byte sent to the end of the answer",
    ["interface"],
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
ANSWERED = Counter(
    "huiyin_answered_total", "Answers given in the 1st, 2nd or 3rd delivery", ["delivery"]
)
IMPORTS = Counter("huiyin_imports_total", "Imports by what became of them", ["state"])
QUEUE = Gauge("huiyin_queue_length", "Users with mail waiting")
REQUESTS_DROPPED = Counter(
    "huiyin_requests_dropped_total",
    "Requests of the CMS whose caller had given up, by how",
    ["how"],
)
RECORDS_WAITING = Gauge("huiyin_records_waiting", "Records of turns not yet in the database")
RECORDS_AGE = Gauge(
    "huiyin_records_age_seconds", "Age of the oldest record that is not yet in the database"
)
RECORDS_REFUSED = Counter(
    "huiyin_records_refused_total", "Records that the database refused, now among the dead letters"
)
EVENTS_LOST = Counter(
    "huiyin_events_lost_total", "Events of menus and links that could not be stored"
)
BATCH = Histogram(
    "huiyin_batch_texts", "Texts of one forward pass", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
MODEL = Gauge("huiyin_model", "1 for the version of the model that answers", ["version"])
ENCODER_DTYPE = Gauge("huiyin_encoder_dtype", "1 for what the encoder computes in", ["dtype"])
MODELS_REFUSED = Counter(
    "huiyin_models_refused_total", "Promoted models that could not be loaded; the old one stays"
)
TOOLS = Counter(
    "huiyin_tool_calls_total", "Questions to the CMS's webhook, by outcome", ["outcome"]
)
CARE = Counter("huiyin_care_total", "Messages whose writers needed care first, by kind", ["kind"])
HANDOFFS = Counter("huiyin_handoffs_total", "Conversations handed to a person, by why", ["reason"])
CONVERSATIONS = Gauge("huiyin_conversations", "Conversations people have or should have", ["state"])
NOTICES = Counter(
    "huiyin_notices_total", "Messages to NOTIFY's targets, by kind and outcome", ["kind", "outcome"]
)
TAKEN_SECONDS = Histogram(
    "huiyin_conversation_taken_seconds",
    "Handed over to taken by a person",
    buckets=(5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400),
)
WRITES = Counter(
    "huiyin_writes_total", "Answers asked of a language model, by who and outcome",
    ["writer", "outcome"],
)  # fmt: skip
RERANKS = Counter(
    "huiyin_reranks_total",
    "Questions whose candidates a reranker was to verify, by who and outcome: answered, failed, "
    "busy (no place was free in time), resting (not asked after failures)",
    ["reranker", "outcome"],
)


def model_answers(version: str) -> None:
    """Set the metric `huiyin_model` to this version alone."""
    MODEL.clear()
    MODEL.labels(version).set(1)


def encoder_computes_in(dtype: str) -> None:
    """Set the metric `huiyin_encoder_dtype` to this dtype alone."""
    ENCODER_DTYPE.clear()
    ENCODER_DTYPE.labels(dtype).set(1)
