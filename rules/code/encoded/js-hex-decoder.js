// ruleid: js-hex-decoder
for (let i = 0; i < t.length; i += 2) out += String.fromCharCode(parseInt(t.substr(i, 2), 16));
// ruleid: js-hex-decoder
const text = t.match(/.{1,2}/g).map((p) => String.fromCharCode(parseInt(p, 16))).join("");
// ruleid: js-hex-decoder
const s = t.match(/.{2}/g).map((p) => parseInt(p, 16));
// ok: js-hex-decoder
const n = parseInt(t, 16);
// ok: js-hex-decoder
const c = String.fromCharCode(n);
