"""A worker of the fleet: looks at what is due, for as long as it is left to run, beside others or alone."""
