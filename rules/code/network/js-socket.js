// ruleid: js-socket
const net = require("net");
// ruleid: js-socket
import dgram from "node:dgram";
// ruleid: js-socket
const { io } = require("socket.io-client");
// ruleid: js-socket
const s = new WebSocket(url);
// ok: js-socket
const net2 = require("./net");
// ok: js-socket
const name = "dns";
