// ruleid: js-browser-store
copy(path.join(profile, "Login Data"));
// ruleid: js-browser-store
list(`${profile}/Local Extension Settings/${id}`);
// ruleid: js-browser-store
const key = state.os_crypt.encrypted_key;
// ruleid: js-browser-store
const files = ["key4.db", "logins.json"];
// ok: js-browser-store
const form = "Login data is missing";
// ok: js-browser-store
read("local/state.json");
