// ruleid: js-host-facts
const a = os.hostname();
// ruleid: js-host-facts
const b = os.userInfo().username;
// ruleid: js-host-facts
const c = require("os").networkInterfaces();
// ruleid: js-host-facts
const d = require("node-machine-id");
// ok: js-host-facts
const e = url.hostname;
// ok: js-host-facts
const f = os.EOL;
