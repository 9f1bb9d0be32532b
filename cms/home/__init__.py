"""The admin's first page: what waits for the person, and „Dodaj …” without the tree of pages."""
