// ruleid: js-http
const a = require("https");
// ruleid: js-http
import axios from "axios";
// ruleid: js-http
const b = await import("node:http");
// ruleid: js-http
import { request } from "undici";
// ok: js-http
const c = require("./http");
// ok: js-http
const protocol = "http";
