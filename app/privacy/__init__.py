"""Personal data: masking, pseudonyms, the consent notice, export and erasure."""
