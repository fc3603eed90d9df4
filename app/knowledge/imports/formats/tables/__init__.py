"""Tables of questions and answers: CSV, Excel and JSON."""
