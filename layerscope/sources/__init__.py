"""Where an image comes from: each source gives an oci.Image and access to the blobs of its layers."""
