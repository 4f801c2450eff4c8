// ruleid: js-invisible-decoder
const b = c.codePointAt(0) - 0xFE00;
// ruleid: js-invisible-decoder
const d = code - 0xE0100 + 16;
// ruleid: js-invisible-decoder
if (w >= 65024 && w <= 65039) { out.push(w); }
// ok: js-invisible-decoder
const e = code - 0xD800;
// ok: js-invisible-decoder
const f = s.codePointAt(0);
