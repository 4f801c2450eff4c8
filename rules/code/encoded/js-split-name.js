// ruleid: js-split-name
const a = require("child_" + "process");
// ruleid: js-split-name
const b = globalThis["ev" + "al"];
// ruleid: js-split-name
const c = "ht" + "tps://a.invalid";
// ruleid: js-split-name
const d = cp["ex" + "ec"];
// ok: js-split-name
const e = "Hello, " + "world";
// ok: js-split-name
const f = "child_" + "theme";
// ok: js-split-name
const g = "a" + "b";
