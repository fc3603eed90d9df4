"""What the platform reads in images and recordings."""
