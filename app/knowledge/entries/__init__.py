"""Entries: database tables, a stream for exports, and the copy in a worker's memory."""
