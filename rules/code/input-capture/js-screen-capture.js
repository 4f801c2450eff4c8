// ruleid: js-screen-capture
const shot = require("screenshot-desktop");
// ruleid: js-screen-capture
desktopCapturer.getSources({ types: ["screen"] });
// ruleid: js-screen-capture
exec("screencapture -x /tmp/a.png");
// ruleid: js-screen-capture
const s = await navigator.mediaDevices.getDisplayMedia({ video: true });
// ok: js-screen-capture
await page.screenshot({ path });
// ok: js-screen-capture
const name = "screenshot.png";
