// ruleid: js-tool-check
const tools = ["wireshark.exe", "fiddler.exe"];
// ruleid: js-tool-check
if (list.includes("x64dbg")) { stop(); }
// ok: js-tool-check
say("use wireshark to see it");
// ok: js-tool-check
const charles = "Charles";
