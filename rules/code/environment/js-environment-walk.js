// ruleid: js-environment-walk
for (const key in process.env) { take(key); }
// ruleid: js-environment-walk
const keys = Object.keys(process.env);
// ruleid: js-environment-walk
Object.entries(process.env).forEach(take);
// ok: js-environment-walk
const home = process.env.HOME;
// ok: js-environment-walk
Object.keys(process.versions);
