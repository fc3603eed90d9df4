"""REST for the CMS and the console: runs in the api process, sends requests to workers."""
