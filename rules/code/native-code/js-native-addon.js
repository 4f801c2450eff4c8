// ruleid: js-native-addon
const a = require("./build/Release/a.node");
// ruleid: js-native-addon
process.dlopen(module, file);
// ruleid: js-native-addon
const koffi = require("koffi");
// ruleid: js-native-addon
import koffi2 from "koffi";
// ruleid: js-native-addon
const b = process.binding("fs");
// ok: js-native-addon
const c = require("./node");
// ok: js-native-addon
import x from "node:fs";
