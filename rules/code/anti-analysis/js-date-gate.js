// ruleid: js-date-gate
if (new Date() > new Date("2027-01-01")) { go(); }
// ruleid: js-date-gate
if (Date.now() > 1800000000000) { go(); }
// ruleid: js-date-gate
if (new Date().getDay() === 2) { go(); }
// ok: js-date-gate
if (Date.now() > limit) { go(); }
// ok: js-date-gate
if (Date.now() - start > 5000) { go(); }
