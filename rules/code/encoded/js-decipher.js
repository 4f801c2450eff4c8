// ruleid: js-decipher
const d = crypto.createDecipheriv("aes-256-cbc", key, iv);
// ruleid: js-decipher
const e = CryptoJS.AES.decrypt(text, key);
// ok: js-decipher
const f = crypto.createCipheriv("aes-256-cbc", key, iv);
// ok: js-decipher
decrypt(text);
