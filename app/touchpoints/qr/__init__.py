"""QR codes with a scene, one a channel, what came of them, and short keys."""
