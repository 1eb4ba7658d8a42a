"""What another base image would spare, and whether it is safe."""
