// ruleid: js-escaped-access
global["\x65\x76\x61\x6c"](code);
// ruleid: js-escaped-access
const c = require("\x66\x73\x78");
// ruleid: js-escaped-access
a['\x63\x6f\x6e\x73\x74']();
// ok: js-escaped-access
const esc = "\x1b[31m";
// ok: js-escaped-access
const bytes = ["\x00\x01", 2];
