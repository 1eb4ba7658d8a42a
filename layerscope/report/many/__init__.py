"""What is written about several images together."""
