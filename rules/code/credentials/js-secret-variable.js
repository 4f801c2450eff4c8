// ruleid: js-secret-variable
const a = process.env.NPM_TOKEN;
// ruleid: js-secret-variable
const b = process.env["AWS_SECRET_ACCESS_KEY"];
// ruleid: js-secret-variable
const { AWS_ACCESS_KEY_ID } = process.env;
// ok: js-secret-variable
const c = process.env.NODE_ENV;
// ok: js-secret-variable
const d = process.env.CSRF_TOKEN_NAME;
