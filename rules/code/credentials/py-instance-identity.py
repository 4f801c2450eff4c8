# ruleid: py-instance-identity
url = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
# ruleid: py-instance-identity
url = "http://metadata.google.internal/computeMetadata/v1/"
# ok: py-instance-identity
url = "http://169.254.1.1/"
# ok: py-instance-identity
metadata = google.internal
