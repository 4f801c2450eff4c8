// ruleid: js-decrypts-with-package-text
const d = crypto.createDecipher("aes256", process.env.npm_package_description);
// ruleid: js-decrypts-with-package-text
const e = process.env.npm_package_description;
// ruleid: js-decrypts-with-package-text
const f = crypto.createDecipheriv("aes-256-cbc", process.env.npm_config_key, iv);
// ok: js-decrypts-with-package-text
const g = crypto.createDecipheriv("aes-256-cbc", key, iv);
// ok: js-decrypts-with-package-text
const v = process.env.npm_package_version;
