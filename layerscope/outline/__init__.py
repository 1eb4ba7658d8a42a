"""What is known of an image without its layers: from manifest, configuration and tables of contents alone."""
