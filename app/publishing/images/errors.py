"""Why an image can't be published."""

from app.errors import Refusal


class BadImage(Refusal):
    """An image that is missing, is none, or that the platform doesn't take."""

    status = 422
    name = "bad_image"
