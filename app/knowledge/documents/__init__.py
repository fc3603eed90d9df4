"""Documents: values, database tables, and the copy in a worker's memory."""
