"""REST for the CMS and the console: runs in the api process, asks workers for the rest."""
