"""Picture messages (newspic): up to 20 pictures with a plain text."""
