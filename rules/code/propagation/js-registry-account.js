// ruleid: js-registry-account
get(`${registry}/-/v1/search?text=maintainer:${name}&size=250`);
// ruleid: js-registry-account
exec("npm whoami", take);
// ruleid: js-registry-account
get(registry + "/-/npm/v1/tokens");
// ok: js-registry-account
get(`${registry}/-/v1/search?text=${words}`);
// ok: js-registry-account
exec("npm ls");
