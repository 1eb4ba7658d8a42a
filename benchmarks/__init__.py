"""Benchmarks: what layerscope takes, as a ratio against a peer or a bare limit in the same run."""
