"""Models behind HTTP: endpoints in order, each with its state."""
