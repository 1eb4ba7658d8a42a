"""Values as a document and columns, and back: what saved analyses and cached scans are made of."""
