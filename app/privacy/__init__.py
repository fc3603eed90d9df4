"""Personal data: masked, consented to, exported, erased."""
