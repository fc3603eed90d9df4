"""The marketing loop: content, ads, experiments and effects."""
