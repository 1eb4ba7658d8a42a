"""Many layer scans become one index: what is where, what is live, and what hides what."""
