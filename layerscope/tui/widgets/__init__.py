"""What screens are made of; nothing here knows of an Analysis."""
