// ruleid: js-country-gate
if (zone === "Europe/Moscow") { return; }
// ruleid: js-country-gate
if (["Asia/Tehran", "Asia/Pyongyang"].includes(zone)) { wipe(); }
// ruleid: js-country-gate
if (Intl.DateTimeFormat().resolvedOptions().locale.startsWith("ru")) { return; }
// ruleid: js-country-gate
if (lang.includes("fa-IR")) { return; }
// ruleid: js-country-gate
if (place.country_name.includes("Belarus")) { return; }
// ok: js-country-gate
if (zone === "Europe/Berlin") { return; }
// ok: js-country-gate
if (name.startsWith("rule")) { return; }
// ruleid: js-country-gate
if (place.includes("russia") || isThere) leave();
