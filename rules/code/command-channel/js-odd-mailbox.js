// ruleid: js-odd-mailbox
get("https://calendar.app.google/none");
// ruleid: js-odd-mailbox
get("https://steamcommunity.com/profiles/0");
// ruleid: js-odd-mailbox
get("https://gist.githubusercontent.com/none/0/raw/x");
// ruleid: js-odd-mailbox
get("https://none-none.vercel.app/api/ipcheck");
// ruleid: js-odd-mailbox
const DHT = require("bittorrent-dht");
// ok: js-odd-mailbox
open("https://calendar.google.com/");
// ok: js-odd-mailbox
const docs = "https://none.vercel.app/";
