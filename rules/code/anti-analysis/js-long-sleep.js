// ruleid: js-long-sleep
setTimeout(go, 3600000);
// ruleid: js-long-sleep
setTimeout(() => go(), 60 * 60 * 1000);
// ruleid: js-long-sleep
await new Promise((r) => setTimeout(r, 900000));
// ok: js-long-sleep
setTimeout(go, 3000);
// ok: js-long-sleep
setTimeout(go, delay);
// ok: js-long-sleep
setTimeout(go, 2147483647);
