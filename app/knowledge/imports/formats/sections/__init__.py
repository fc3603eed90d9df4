"""What documents of every format become: sections, with tables as text."""
