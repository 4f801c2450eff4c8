// ruleid: js-secret-scanner
exec("trufflehog filesystem / --json");
// ruleid: js-secret-scanner
spawn("./trufflehog", ["filesystem", home, "--json"]);
// ruleid: js-secret-scanner
get("https://a.invalid/gitleaks/releases/latest");
// ok: js-secret-scanner
say("trufflehog found nothing");
// ok: js-secret-scanner
const gitleaks = load("x");
