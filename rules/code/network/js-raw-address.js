// ruleid: js-raw-address
post("http://203.0.113.7:1224/keys");
// ruleid: js-raw-address
const host = `http://203.0.113.7/${id}`;
// ok: js-raw-address
post("http://127.0.0.1:3000/keys");
// ok: js-raw-address
post("http://192.168.1.1/keys");
// ok: js-raw-address
post("http://10.0.0.1/keys");
// ok: js-raw-address
const version = "1.2.3.4";
