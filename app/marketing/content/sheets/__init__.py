"""Briefs from a product sheet: a row of CSV or Excel for each product."""
