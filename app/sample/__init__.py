"""The sample data of a new embedded service, a fictional tea shop, and its command."""
