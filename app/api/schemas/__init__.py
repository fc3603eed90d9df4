"""Request and response bodies of the REST API, in files named like their routes."""
