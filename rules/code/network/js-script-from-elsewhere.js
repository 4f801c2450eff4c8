function load() {
  // ruleid: js-script-from-elsewhere
  const tag = document.createElement("script");
  tag.async = true;
  tag.src = "https://cdn.invalid/drain.js";
  document.head.appendChild(tag);
}
// ruleid: js-script-from-elsewhere
document.write("<script src='https://cdn.invalid/drain.js'></script>");
function chunk(name) {
  // ok: js-script-from-elsewhere
  const tag = document.createElement("script");
  tag.src = base + name;
}
function inline() {
  // ok: js-script-from-elsewhere
  const tag = document.createElement("script");
  tag.text = "1";
}
