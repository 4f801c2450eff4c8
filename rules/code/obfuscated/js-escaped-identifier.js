// ruleid: js-escaped-identifier
\u0065val(code);
// ruleid: js-escaped-identifier
ev\u0061l(code);
// ok: js-escaped-identifier
const a = "\u0065val";
// ok: js-escaped-identifier
const b = /[\u0041-\u005a]/.test(x);
