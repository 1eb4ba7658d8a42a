"""An analysis in one file: written once, shown many times, and read as if a stranger had written it."""
