// ruleid: js-decoded-name
child[atob("ZXhlYw==")](line);
// ruleid: js-decoded-name
global[Buffer.from("6576616c", "hex").toString()](code);
// ruleid: js-decoded-name
require("sf".split("").reverse().join(""));
// ok: js-decoded-name
table[name](x);
// ok: js-decoded-name
const word = atob(text);
