"""What several routes of the marketing loop share."""
