"""What requests carry: articles, files, spans of days, and the checks before a call."""
