"""What a workflow of a build service trusts, told from its structure: with base and head, what it newly does."""
