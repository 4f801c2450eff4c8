// ruleid: js-password-store
const files = glob("**/*.kdbx");
// ruleid: js-password-store
read(`${home}/Library/Application Support/1Password/vault`);
// ruleid: js-password-store
const ids = ["aeblfdkhhhdcdjpifhhbdiojplfjncoa"];
// ok: js-password-store
say("use 1Password");
// ok: js-password-store
const name = "kdb";
