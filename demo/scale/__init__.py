"""A centre as large as wanted, for measurements: real pages and documents, written in bulk."""
