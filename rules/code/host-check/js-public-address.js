// ruleid: js-public-address
const me = await get("https://api.ipify.org?format=json");
// ruleid: js-public-address
fetch(`http://ip-api.com/json/${a}`);
// ok: js-public-address
get("https://ip.invalid/json");
// ok: js-public-address
const ipinfo = {};
