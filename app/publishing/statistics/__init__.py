"""The platform's statistics: fetched each morning, stored by day and by article."""
