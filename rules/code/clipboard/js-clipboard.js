// ruleid: js-clipboard
const a = await navigator.clipboard.readText();
// ruleid: js-clipboard
const clip = require("clipboardy");
// ruleid: js-clipboard
exec("powershell Get-Clipboard", take);
// ruleid: js-clipboard
exec("pbpaste", take);
// ok: js-clipboard
await navigator.clipboard.writeText(a);
// ok: js-clipboard
const clipboard = new Map();
