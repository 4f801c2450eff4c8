# ruleid: sh-instance-identity
curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/
# ruleid: sh-instance-identity
curl -H x http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token
# ok: sh-instance-identity
curl http://169.254.169.254/latest/meta-data/placement/region
# ok: sh-instance-identity
NO_PROXY=169.254.169.254
