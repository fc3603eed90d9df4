"""What in the content moved its figures: regression, topics, series, and a report."""
