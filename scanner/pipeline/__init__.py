"""The one place where the parts meet: each module runs one of the main jobs."""
