// ruleid: js-browser-profile
const a = path.join(data, "Google/Chrome/User Data");
// ruleid: js-browser-profile
const b = path.join(data, "Google", "Chrome", "User Data");
// ruleid: js-browser-profile
const c = `${home}/.mozilla/firefox`;
// ok: js-browser-profile
const d = "Google Chrome";
// ok: js-browser-profile
const e = "user data";
