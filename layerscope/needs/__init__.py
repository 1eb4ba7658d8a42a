"""What a workload needs of the CUDA that lies in its system."""
