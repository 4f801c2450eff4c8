// ruleid: js-registry-token
const f = path.join(os.homedir(), ".npmrc");
// ruleid: js-registry-token
const t = text.split("_authToken=")[1];
// ruleid: js-registry-token
read(`${home}/.cargo/credentials.toml`);
// ruleid: js-registry-token
get(registry + "/-/whoami");
// ok: js-registry-token
read("npmrc.md");
// ok: js-registry-token
const auth = "token";
