// ruleid: js-address-pattern
const a = text.match(/\b(?:bc1|[13])[a-km-zA-HJ-NP-Z1-9]{25,39}\b/g);
// ruleid: js-address-pattern
const b = /T[1-9A-HJ-NP-Za-km-z]{33}/;
// ruleid: js-address-pattern
const c = new RegExp("0x[a-fA-F0-9]{40}", "g");
// ok: js-address-pattern
const d = /0x[0-9a-f]+/;
// ok: js-address-pattern
const e = /[A-Za-z]{33}/;
