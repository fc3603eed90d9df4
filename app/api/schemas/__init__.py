"""Request and response bodies of the REST API, named as their routes."""
