"""An engine's own folder on this machine: layers where they lie, nothing saved and nothing copied."""
