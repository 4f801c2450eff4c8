// ruleid: js-character-codes
const a = String.fromCharCode(104, 116, 116, 112, 115, 58);
// ruleid: js-character-codes
const b = String.fromCharCode.apply(null, [104, 116, 116, 112, 115, 58]);
// ruleid: js-character-codes
const c = [104, 116, 116, 112, 115, 58].map((n) => String.fromCharCode(n)).join("");
// ok: js-character-codes
const d = String.fromCharCode(13, 10);
// ok: js-character-codes
const e = String.fromCharCode(a, b, c, d, e, f);
