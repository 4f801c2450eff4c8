// ruleid: js-environment-dump
const all = JSON.stringify(process.env);
// ruleid: js-environment-dump
send(JSON.stringify({ env: process.env, cwd }));
// ruleid: js-environment-dump
send(JSON.stringify({ ...process.env }));
// ruleid: js-environment-dump
const q = querystring.stringify(process.env);
// ruleid: js-environment-dump
const l = Object.entries(process.env).map(([k, v]) => k + v);
// ok: js-environment-dump
const one = JSON.stringify(process.env.NODE_ENV);
// ok: js-environment-dump
spawn(node, [], { env: { ...process.env } });
