// ruleid: js-keychain
const keytar = require("keytar");
// ruleid: js-keychain
read(path.join(home, "Library/Keychains/login.keychain-db"));
// ruleid: js-keychain
exec("security find-generic-password -wa Chrome", take);
// ruleid: js-keychain
const dpapi = require("@primno/dpapi");
// ok: js-keychain
const keychain = new Map();
// ok: js-keychain
say("keyring");
