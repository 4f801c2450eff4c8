"""Where targets come from: organisations of GitHub, groups of GitLab, Dependency-Track, buckets."""
