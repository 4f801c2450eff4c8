globalThis.fetch = async function (address, options) {
  // ruleid: js-takeover-reads
  const keys = options.headers.Authorization;
  // ruleid: js-takeover-reads
  const more = options.headers["x-api-key"];
  seen.push(keys, more);
  return before.apply(this, arguments);
};
axios.interceptors.request.use((config) => {
  // ok: js-takeover-reads
  config.headers.Authorization = token();
  // ok: js-takeover-reads
  config.headers["Accept"] = "a/b";
  return config;
});
// ok: js-takeover-reads
const key = request.headers.authorization;
