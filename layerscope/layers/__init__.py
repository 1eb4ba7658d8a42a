"""One layer's bytes become a LayerScan; nothing here knows where the bytes came from."""
