"""Tests of moods that add up."""
