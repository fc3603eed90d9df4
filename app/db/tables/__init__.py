"""The database's tables: one file per domain, all in one MetaData."""

from app.db.tables.account_documents import account_documents
from app.db.tables.audience import follower_profiles, segment_members, segments
from app.db.tables.columns import CITED, DELIVERY, Prose, metadata, storable
from app.db.tables.delivery import outbox
from app.db.tables.events import anonyms, events, item_vectors, items, sealed_days
from app.db.tables.experiments import experiment_changes, experiments, sealed_exposures
from app.db.tables.file_imports import import_files, imports
from app.db.tables.inbox import conversation_messages, conversations
from app.db.tables.knowledge_base import chunks, documents, knowledge, knowledge_revisions
from app.db.tables.knowledge_gaps import gap_answers, gap_approvals, gap_reasons, gaps
from app.db.tables.marketing import briefs, copy_drafts, job_files, marketing_jobs
from app.db.tables.publishing import (
    marketing_messages,
    post_edits,
    post_steps,
    posts,
    uploaded_images,
)
from app.db.tables.recommendations import batch_groups, batch_items
from app.db.tables.records import citations, generations, turns
from app.db.tables.statistics import (
    account_days,
    article_days,
    published_articles,
    statistics_fetches,
)
from app.db.tables.strategy import proposals
from app.db.tables.touchpoints import (
    content_edits,
    qr_channels,
    reviewed_contents,
    scan_events,
    short_keys,
)

__all__ = [
    "CITED",
    "DELIVERY",
    "Prose",
    "account_days",
    "account_documents",
    "anonyms",
    "article_days",
    "batch_groups",
    "batch_items",
    "briefs",
    "chunks",
    "citations",
    "content_edits",
    "conversation_messages",
    "conversations",
    "copy_drafts",
    "documents",
    "events",
    "experiment_changes",
    "experiments",
    "follower_profiles",
    "gap_answers",
    "gap_approvals",
    "gap_reasons",
    "gaps",
    "generations",
    "import_files",
    "imports",
    "item_vectors",
    "items",
    "job_files",
    "knowledge",
    "knowledge_revisions",
    "marketing_jobs",
    "marketing_messages",
    "metadata",
    "outbox",
    "post_edits",
    "post_steps",
    "posts",
    "proposals",
    "published_articles",
    "qr_channels",
    "reviewed_contents",
    "scan_events",
    "sealed_days",
    "sealed_exposures",
    "segment_members",
    "segments",
    "short_keys",
    "statistics_fetches",
    "storable",
    "turns",
    "uploaded_images",
]
