"""What goes wrong while posts are sent and withdrawn."""

from app.errors import Refusal


class NotOnPlatform(Refusal):
    """A published post whose id on the platform isn't known: it can't be deleted from here."""

    status = 409
    name = "not_on_platform"
