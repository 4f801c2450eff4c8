"""Many targets over time: what each of them held, night after night, and what was found in it."""
