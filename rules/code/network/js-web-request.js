// ruleid: js-web-request
await fetch(url);
// ruleid: js-web-request
await fetch(url, { method: "POST", body });
// ruleid: js-web-request
const x = new XMLHttpRequest();
// ruleid: js-web-request
navigator.sendBeacon(url, body);
// ok: js-web-request
cache.fetch(url);
// ok: js-web-request
prefetch(url);
