// ruleid: js-wallet-extension
const ids = ["nkbihfbeogaeaoehlefnkodbefgpgknn", "other"];
// ruleid: js-wallet-extension
read(`${profile}/Local Extension Settings/bfnaelmomeimhlpmgjnjophhpkkoljpa`);
// ok: js-wallet-extension
const id = "abcdefghijklmnopabcdefghijklmnop";
// ok: js-wallet-extension
const name = "metamask";
