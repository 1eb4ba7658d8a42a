"""What each screen shows, as values: pure functions of an Analysis, tested without a terminal."""
