"""The tables of imports and their files."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, LargeBinary, String, Table

from app.db.tables.columns import Prose, metadata

# Imports into the knowledge base. A worker leases one until `leased_until`.
imports = Table(
    "imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("skip_faulty", Boolean, nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970, as are the others
    Column("leased_by", String(32), nullable=False),  # a worker; "" for none
    Column("leased_until", Float, nullable=False),
    Column("tries", Integer, nullable=False),  # how often a worker began
    Column("done", Integer, nullable=False),  # texts embedded, of `total`
    Column("total", Integer, nullable=False),
    Column("report", JSON, nullable=False),
    Index("imports_by_state", "state", "created"),
)

# The files of running imports: erased when the import is over.
import_files = Table(
    "import_files",
    metadata,
    Column("import_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Prose, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
