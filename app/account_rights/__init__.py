"""What each account may do on the platform: the groups of interfaces, and what was told of them."""
