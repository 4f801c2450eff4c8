"""The words by which lists call ecosystems and types of indicators, in any case and spelling."""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.model.campaign import IndicatorType

_PURL_TYPES: dict[str, str] = {
    "npm": "npm npmjs node nodejs javascript typescript js yarn pnpm",
    "pypi": "pypi python pip py",
    "golang": "go golang gomod gomodule gomodules",
    "cargo": "cargo crates cratesio crate rust",
    "gem": "gem gems rubygems rubygem ruby",
    "composer": "composer packagist php",
    "nuget": "nuget dotnet csharp",
    "maven": "maven java gradle mavencentral",
    "pub": "pub dart pubdev",
    "hex": "hex elixir erlang",
    "swift": "swift swiftpm swifturl",
    "hackage": "hackage haskell",
    "cran": "cran",
    "julia": "julia",
    "cocoapods": "cocoapods pods",
    "conda": "conda anaconda",
    "conan": "conan",
    "docker": "docker container oci dockerimage containerimage dockerhub image",
    "githubactions": "githubactions githubaction action actions gha workflow",
    "vscode-extension": "vscode openvsx editorextension vscodeextension vscodemarketplace openvsxextension vsx",
    "chrome-extension": "chrome chromeextension browserextension",
    "terraform": "terraform",
}
_BY_WORD = {word: type_ for type_, spelled in _PURL_TYPES.items() for word in spelled.split()}
_PACKAGE_WORDS = frozenset(("package", "packages", "library", "module", "artifact", "dependency"))

_INDICATOR_TYPES: dict[IndicatorType, str] = {
    IndicatorType.PACKAGE: "package packages library module dependency purl packageurl",
    IndicatorType.DIGEST: "md5 sha1 sha256 sha384 sha512 hash hashes digest filehash filehashmd5 filehashsha1 "
    "filehashsha256 integrity shasum checksum malwaresample",
    IndicatorType.DOMAIN: "domain domains hostname hostnames host fqdn dns c2 c2domain domainname c2domains",
    IndicatorType.IP: "ip ips ipv4 ipv6 ipaddress ipaddresses ipdst ipsrc ipv4addr ipv6addr address c2ip",
    IndicatorType.URL: "url urls uri uris endpoint c2url urlpath",
    IndicatorType.EMAIL: "email emails mail emailaddr emailaddress emailsrc emaildst emailaddresses",
    IndicatorType.ACCOUNT: "account accounts username user publisher maintainer npmuser pypiuser githubuser author",
    IndicatorType.REPOSITORY: "repository repo repositories gitrepo githubrepository githubrepo gitrepository",
    IndicatorType.COMMIT: "commit commits gitcommit commitsha gitcommitid",
    IndicatorType.STRING: "string strings useragent mutex marker registry registrykey regkey process commandline "
    "command xorkey key patterninfile campaignmarker",
    IndicatorType.WALLET: "wallet wallets btc eth xmr sol bitcoinaddress cryptoaddress cryptowallet walletaddress",
    IndicatorType.PATH: "filepath path paths filename filenames file files directory folder",
    IndicatorType.CERTIFICATE: "certificate certificateserial serial serialnumber x509serial",
    IndicatorType.PRODUCT: "product software cpe",
    IndicatorType.ADVISORY: "cve vulnerability advisory ghsa",
}
_BY_TYPE_WORD = {word: type_ for type_, spelled in _INDICATOR_TYPES.items() for word in spelled.split()}


def _bare(phrase: str) -> str:
    return re.sub(r"[^a-z0-9]", "", phrase.casefold())


@lru_cache(maxsize=4096)
def purl_type(phrase: str) -> str | None:
    """`npm package`, `PyPI`, `docker image`, `GitHub Action`, `crates.io` → the purl type; `None` for other words."""
    if len(phrase) > 60:
        return None
    whole = _bare(phrase)
    if whole in _BY_WORD:
        return _BY_WORD[whole]
    found = {_BY_WORD[word] for word in re.findall(r"[a-z0-9.+]+", phrase.casefold()) if word in _BY_WORD}
    return found.pop() if len(found) == 1 else None


def prefix_type(word: str) -> str | None:
    """The purl type that one word before a colon names: `npm:`, `crates.io:`; names of packages are none."""
    return _BY_WORD.get(_bare(word)) if re.fullmatch(r"[A-Za-z][A-Za-z.+ -]{0,20}", word) else None


@lru_cache(maxsize=4096)
def indicator_type(phrase: str) -> IndicatorType | None:
    """`domain`, `FileHash-SHA256`, `npm package`, `IPv4 address` → the type; `None` for other words."""
    if len(phrase) > 60:
        return None
    whole = _bare(phrase)
    if whole in _BY_TYPE_WORD:
        return _BY_TYPE_WORD[whole]
    if purl_type(phrase) is not None:
        return IndicatorType.PACKAGE
    for word in reversed(re.findall(r"[a-z0-9]+", phrase.casefold())):
        if word in _BY_TYPE_WORD:
            return _BY_TYPE_WORD[word]
    return None
