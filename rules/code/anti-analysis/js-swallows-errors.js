// ruleid: js-swallows-errors
process.on("uncaughtException", () => {});
// ruleid: js-swallows-errors
process.on("unhandledRejection", (e) => {});
// ok: js-swallows-errors
process.on("uncaughtException", (e) => { log(e); });
// ok: js-swallows-errors
process.on("exit", () => {});
