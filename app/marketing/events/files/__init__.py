"""Files of events and items, CSV and Parquet: read in a subprocess, stored row by row."""
