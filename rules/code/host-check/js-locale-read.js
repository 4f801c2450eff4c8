// ruleid: js-locale-read
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
// ruleid: js-locale-read
const off = new Date().getTimezoneOffset();
// ruleid: js-locale-read
const lang = process.env.LANG;
// ok: js-locale-read
const f = new Intl.DateTimeFormat("en");
// ok: js-locale-read
const language = options.language;
