"""All layers of a source become scans: at once where the blobs are at rest, in passing where they are not."""
