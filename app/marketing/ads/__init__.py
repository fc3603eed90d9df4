"""Ads: texts ranked by predicted and measured click rates, fitted to ad platforms, exported."""
