"""What marketing is measured with."""
