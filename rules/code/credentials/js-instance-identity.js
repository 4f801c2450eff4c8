// ruleid: js-instance-identity
get("http://169.254.169.254/latest/meta-data/iam/security-credentials/");
// ruleid: js-instance-identity
get(`http://metadata.google.internal/computeMetadata/v1/${path}`);
// ok: js-instance-identity
get("http://169.254.0.1/");
// ok: js-instance-identity
const metadata = "google";
