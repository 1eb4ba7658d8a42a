"""Tables of contents that lazily pullable layers carry (eStargz, zstd:chunked), read without the layer."""
