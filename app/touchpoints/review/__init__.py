"""What followers meet goes live only when a named person has approved exactly this version."""
