// ruleid: js-decodes-and-runs
eval(atob(text));
// ruleid: js-decodes-and-runs
eval(Buffer.from(text, "base64").toString("utf8"));
// ruleid: js-decodes-and-runs
new Function(Buffer.from(text, "hex").toString())();
// ruleid: js-decodes-and-runs
(0, eval)(decodeURIComponent(escape(atob(text))));
// ruleid: js-decodes-and-runs
vm.runInThisContext(zlib.gunzipSync(Buffer.from(text, "base64")).toString());
// ruleid: js-decodes-and-runs
exec(Buffer.from(text, "base64").toString());
// ruleid: js-decodes-and-runs
m._compile(atob(text), "");
// ok: js-decodes-and-runs
const t = Buffer.from(text, "base64").toString();
// ok: js-decodes-and-runs
eval(t);
// ok: js-decodes-and-runs
look(atob(text));
