"""What recommendation is measured with."""
