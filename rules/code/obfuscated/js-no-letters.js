// ruleid: js-no-letters
[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]];
// ruleid: js-no-letters
const a = (![]+[])[+!+[]];
// ok: js-no-letters
const b = [![], []];
// ok: js-no-letters
const c = +[];
