// ruleid: js-reply-is-code
axios.get(url).then((r) => { eval(r.data); });
// ruleid: js-reply-is-code
axios.get(url).then((r) => { eval(r.data.cookie); });
// ruleid: js-reply-is-code
axios.get(url).catch((e) => { new (Function.constructor)("require", e.response.data.x)(require); });
// ruleid: js-reply-is-code
eval(await (await fetch(url)).text());
// ruleid: js-reply-is-code
new Function("require", await reply.text())(require);
// ruleid: js-reply-is-code
fetch(url).then((r) => r.text()).then(eval);
// ruleid: js-reply-is-code
fetch(url).then((r) => r.text()).then((t) => new Function(t)());
// ruleid: js-reply-is-code
socket.on("message", (text) => { eval(text); });
// ok: js-reply-is-code
fetch(url).then((r) => r.text()).then((t) => show(t));
// ok: js-reply-is-code
eval(local);
