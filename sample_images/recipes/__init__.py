"""What the sample images are made of; `make_samples.py` beside this folder writes them."""
