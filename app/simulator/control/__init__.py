"""What a developer orders over HTTP: followers act, calls fail, hours pass."""
