// ruleid: js-packer
eval(function(p,a,c,k,e,d){return p}('0',1,1,''.split('|'),0,{}));
// ruleid: js-packer
eval(function (p, a, c, k, e, r) { return p; }("0"));
// ok: js-packer
const p = [a, c, k, e];
// ok: js-packer
pack(function (p, a, c) { return p; });
