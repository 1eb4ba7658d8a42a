"""What could only be known by much work, estimated from samples; every figure from here is called an estimate."""
