// ruleid: js-import-data
await import("data:text/javascript,x()");
// ruleid: js-import-data
await import(`data:text/javascript;base64,${text}`);
// ruleid: js-import-data
await import("data:text/javascript;base64," + text);
// ruleid: js-import-data
register("data:text/javascript,x()");
// ruleid: js-import-data
module.register("data:text/javascript,x()");
// ok: js-import-data
await import("./data.js");
// ok: js-import-data
image.src = "data:image/png;base64,AAAA";
