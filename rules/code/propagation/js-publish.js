// ruleid: js-publish
exec("npm publish --access public", { cwd });
// ruleid: js-publish
execSync(`cd ${dir} && npm publish --ignore-scripts`);
// ruleid: js-publish
spawn("npm", ["publish", tarball]);
// ruleid: js-publish
const { publish } = require("libnpmpublish");
// ok: js-publish
say("run npm publish afterwards");
// ok: js-publish
client.publish(topic);
