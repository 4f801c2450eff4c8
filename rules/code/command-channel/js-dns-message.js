// ruleid: js-dns-message
dns.resolveTxt("c.a.invalid", take);
// ruleid: js-dns-message
dns.resolve("c.a.invalid", "TXT", take);
// ruleid: js-dns-message
dns.lookup(hex + ".d.a.invalid", ignore);
// ok: js-dns-message
dns.lookup("a.invalid", take);
// ok: js-dns-message
dns.resolve("a.invalid", "A", take);
