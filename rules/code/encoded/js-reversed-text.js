// ruleid: js-reversed-text
const a = "ssecorp_dlihc".split("").reverse().join("");
// ruleid: js-reversed-text
const b = [..."lave"].reverse().join("");
// ok: js-reversed-text
const c = text.split("").reverse().join("");
// ok: js-reversed-text
const d = ["a", "b"].reverse().join("");
