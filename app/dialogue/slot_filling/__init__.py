"""Details that an answer needs: asked for, recognised, and still missing."""
