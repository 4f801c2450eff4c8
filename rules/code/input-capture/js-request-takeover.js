// ruleid: js-request-takeover
window.fetch = async (...a) => look(await real(...a));
// ruleid: js-request-takeover
globalThis.fetch = mine;
// ruleid: js-request-takeover
XMLHttpRequest.prototype.send = function (body) { look(body); };
// ruleid: js-request-takeover
https.request = mine;
// ok: js-request-takeover
const fetch = window.fetch;
// ok: js-request-takeover
window.fetch(url);
