// ruleid: js-ci-check
if (process.env.CI) { return; }
// ruleid: js-ci-check
if (process.env.GITHUB_ACTIONS === "true") { go(); }
// ruleid: js-ci-check
const ci = require("is-ci");
// ok: js-ci-check
if (process.env.NODE_ENV) { go(); }
// ok: js-ci-check
const CI = false;
