"""A copy of this process that scans layers at rest beside it, on a second core; nothing here knows what a layer is."""
