"""What followers answer to a question of the account: moderated, clustered, and told again."""
