// ruleid: js-xor-decoder
out += String.fromCharCode(text.charCodeAt(i) ^ key.charCodeAt(i % key.length));
// ruleid: js-xor-decoder
plain[i] = data[i] ^ key[i % key.length];
// ruleid: js-xor-decoder
const p = bytes.map((b) => b ^ 0x5a);
// ok: js-xor-decoder
const h = hash ^ code;
// ok: js-xor-decoder
const c = String.fromCharCode(text.charCodeAt(i) + 1);
