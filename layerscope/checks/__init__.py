"""What is asked of an image, and whether it keeps to it: values that reports show."""
