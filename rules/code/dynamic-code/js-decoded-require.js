// ruleid: js-decoded-require
const a = require(atob("ZnM="));
// ruleid: js-decoded-require
const b = require(Buffer.from("6673", "hex").toString());
// ruleid: js-decoded-require
const c = require("sf".split("").reverse().join(""));
// ruleid: js-decoded-require
const d = await import(Buffer.from(name, "base64").toString("utf8"));
// ruleid: js-decoded-require
const e = module.require(atob(name));
// ok: js-decoded-require
const f = require(name);
// ok: js-decoded-require
const g = require(path.join(dir, "fs"));
