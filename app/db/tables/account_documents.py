"""The table of account documents."""

from sqlalchemy import JSON, Column, Float, Integer, String, Table

from app.db.tables.columns import metadata

# Account documents: one JSON document for each account and name, such as `rules`.
account_documents = Table(
    "account_documents",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed", Float, nullable=False),  # seconds since 1970
)
