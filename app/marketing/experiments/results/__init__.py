"""What an experiment's exposures say: results by kind, their sentences, and training rows."""
