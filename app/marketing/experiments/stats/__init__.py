"""The statistics of experiments: pure functions on numpy and scipy, values in, values out.

Imports nothing of this project. Each method names its source; bad input raises BadCounts.
"""
