"""What is known of NVIDIA's images and of packages' needs beforehand, as data with its sources."""
