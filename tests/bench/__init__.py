"""`make bench`: what this machine gives, from the model alone to WeChat's webhook."""
