// ruleid: js-build-token
const a = process.env.GITHUB_TOKEN;
// ruleid: js-build-token
const b = process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
// ruleid: js-build-token
const { ACTIONS_RUNTIME_TOKEN } = process.env;
// ok: js-build-token
const c = process.env.GITHUB_REPOSITORY;
// ok: js-build-token
const d = token;
