// ruleid: js-form-reader
const p = document.querySelectorAll("input[type=password]");
// ruleid: js-form-reader
const c = document.querySelector('input[name="cardnumber"]');
// ruleid: js-form-reader
const n = document.querySelector("[autocomplete=cc-number]");
// ok: js-form-reader
const t = document.querySelector("input[type=text]");
// ok: js-form-reader
const w = "password";
