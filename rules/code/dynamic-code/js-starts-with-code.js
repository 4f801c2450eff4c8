// ruleid: js-starts-with-code
fork("x", [], { execArgv: ["-e", text] });
// ruleid: js-starts-with-code
new Worker("./a.js", { execArgv: ["--import=data:text/javascript,1"] });
// ruleid: js-starts-with-code
process.env.NODE_OPTIONS = "--require " + file;
// ruleid: js-starts-with-code
spawn("node", ["a.js"], { env: { NODE_OPTIONS: "--import data:text/javascript,1" } });
// ok: js-starts-with-code
fork("x", [], { execArgv: ["--max-old-space-size=4096"] });
// ok: js-starts-with-code
process.env.NODE_OPTIONS = "--max-old-space-size=4096";
// ok: js-starts-with-code
const options = process.env.NODE_OPTIONS;
