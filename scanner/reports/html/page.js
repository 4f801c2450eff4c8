// An extra: the page says everything without it. It filters, opens and closes; it makes no markup and asks nobody.
"use strict";
(() => {
  const tools = document.querySelector(".tools");
  if (!tools) return;
  const findings = document.getElementById("findings");
  const all = [...findings.querySelectorAll(".finding, .row")];
  const groups = [...findings.querySelectorAll(".group")];
  const said = document.getElementById("shown");
  const box = document.getElementById("filter");
  let texts = null;
  let waiting = 0;
  const filter = () => {
    texts ??= all.map((one) => one.textContent.toLowerCase());
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    all.forEach((one, at) => {
      one.hidden = !words.every((word) => texts[at].includes(word));
      count += one.hidden ? 0 : 1;
    });
    groups.forEach((one) => { one.hidden = !one.querySelector(".row:not([hidden])"); });
    said.textContent = words.length ? `${count} of ${all.length}` : "";
  };
  const turn = (open) => {
    all.filter((one) => !one.hidden).forEach((one) => { one.querySelector("details").open = open; });
  };
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  document.getElementById("open").addEventListener("click", () => turn(true));
  document.getElementById("close").addEventListener("click", () => turn(false));
  addEventListener("hashchange", () => {
    const details = document.getElementById(location.hash.slice(1))?.querySelector("details");
    if (details) details.open = true;
  });
  tools.hidden = false;
})();
