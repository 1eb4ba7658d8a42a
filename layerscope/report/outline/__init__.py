"""What is written about a quick look."""
