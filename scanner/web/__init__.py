"""The fleet in a browser, and its REST API: what `pratique fleet serve` shows."""
