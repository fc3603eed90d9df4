"""Bodies of the endpoints of ads."""
