// ruleid: js-cloud-account
read(path.join(home, ".aws", "credentials"));
// ruleid: js-cloud-account
read(`${home}/.kube/config`);
// ruleid: js-cloud-account
read(home + "/.docker/config.json");
// ruleid: js-cloud-account
read(path.join(home, ".config/gcloud/application_default_credentials.json"));
// ok: js-cloud-account
read("docs/aws.md");
// ok: js-cloud-account
const service = "kube";
