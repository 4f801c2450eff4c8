// ruleid: js-host-report
const facts = { host: os.hostname(), user: os.userInfo().username };
// ruleid: js-host-report
send({ p: __dirname, c: process.cwd(), hn: os.hostname() });
// ruleid: js-host-report
send([os.hostname(), os.userInfo().username].join("|"));
// ok: js-host-report
const one = { host: os.hostname() };
// ok: js-host-report
const two = { user: os.userInfo().username };
