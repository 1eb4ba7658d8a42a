"""Two builds of an image, side by side: what changed, why, and what a pull fetches again."""
