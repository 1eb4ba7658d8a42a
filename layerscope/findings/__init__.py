"""What is wrong with an image, and what its fix saves."""
