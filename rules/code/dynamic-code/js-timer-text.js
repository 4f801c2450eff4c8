// ruleid: js-timer-text
setTimeout("run()", 5);
// ruleid: js-timer-text
setInterval("poll()", 500);
// ruleid: js-timer-text
setTimeout(`run(${x})`, 5);
// ruleid: js-timer-text
setTimeout(atob(text), 5);
// ok: js-timer-text
setTimeout(run, 5);
// ok: js-timer-text
setTimeout(() => say("run"), 5);
