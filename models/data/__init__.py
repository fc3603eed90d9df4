"""Reads rows of texts from files, cleans and masks them, and splits them."""
