"""Which package a CPE certainly is, for components that have no package URL.

A CPE names a vendor's product, and most products are several packages, or none: `google:protobuf` is C++, Java, Python,
Go. What generators put beside a package URL is a guess made of its name, so SBOMs prove nothing here. A pair stands in
the table only where one and the same published vulnerability is filed under this CPE by NVD, or by the CNA itself, and
under this one package alone by the ecosystem's own record (copies of log4j aside, which others rebuild). Compiled on
30 November 2026; the CVE is the source.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.matching.products import cpe_parts
from scanner.model.component import Component
from scanner.model.purl import Purl
from scanner.model.purl import parse as parse_purl

KNOWN: tuple[tuple[str, str, str, str], ...] = (
    ("aiohttp", "aiohttp", "pkg:pypi/aiohttp", "CVE-2024-23334"),
    ("apache", "airflow", "pkg:pypi/apache-airflow", "CVE-2020-11978"),
    ("apache", "commons_compress", "pkg:maven/org.apache.commons/commons-compress", "CVE-2021-35515"),
    ("apache", "log4j", "pkg:maven/org.apache.logging.log4j/log4j-core", "CVE-2021-44228"),
    ("apache", "superset", "pkg:pypi/apache-superset", "CVE-2023-27524"),
    ("axios", "axios", "pkg:npm/axios", "CVE-2021-3749"),
    ("certifi", "certifi", "pkg:pypi/certifi", "CVE-2023-37920"),
    ("cryptography.io", "cryptography", "pkg:pypi/cryptography", "CVE-2023-0286"),
    ("djangoproject", "django", "pkg:pypi/django", "CVE-2022-28346"),
    ("encode", "starlette", "pkg:pypi/starlette", "CVE-2023-30798"),
    ("facade", "ignition", "pkg:composer/facade/ignition", "CVE-2021-3129"),
    ("fasterxml", "jackson-databind", "pkg:maven/com.fasterxml.jackson.core/jackson-databind", "CVE-2020-36518"),
    ("google", "gson", "pkg:maven/com.google.code.gson/gson", "CVE-2022-25647"),
    ("google", "guava", "pkg:maven/com.google.guava/guava", "CVE-2023-2976"),
    ("gunicorn", "gunicorn", "pkg:pypi/gunicorn", "CVE-2024-1135"),
    ("lxml", "lxml", "pkg:pypi/lxml", "CVE-2021-43818"),
    ("nokogiri", "nokogiri", "pkg:gem/nokogiri", "CVE-2021-41098"),
    ("numpy", "numpy", "pkg:pypi/numpy", "CVE-2019-6446"),
    ("palletsprojects", "flask", "pkg:pypi/flask", "CVE-2023-30861"),
    ("palletsprojects", "jinja", "pkg:pypi/jinja2", "CVE-2024-22195"),
    ("palletsprojects", "werkzeug", "pkg:pypi/werkzeug", "CVE-2023-25577"),
    ("paramiko", "paramiko", "pkg:pypi/paramiko", "CVE-2018-7750"),
    ("php", "archive_tar", "pkg:composer/pear/archive_tar", "CVE-2020-36193"),
    ("phpmailer_project", "phpmailer", "pkg:composer/phpmailer/phpmailer", "CVE-2016-10033"),
    ("phpunit_project", "phpunit", "pkg:composer/phpunit/phpunit", "CVE-2017-9841"),
    ("python", "pillow", "pkg:pypi/pillow", "CVE-2023-50447"),
    ("python", "requests", "pkg:pypi/requests", "CVE-2023-32681"),
    ("python", "urllib3", "pkg:pypi/urllib3", "CVE-2023-43804"),
    ("pyyaml", "pyyaml", "pkg:pypi/pyyaml", "CVE-2020-14343"),
    ("rack", "rack", "pkg:gem/rack", "CVE-2022-44570"),
    ("rubyzip_project", "rubyzip", "pkg:gem/rubyzip", "CVE-2019-16892"),
    ("saltstack", "salt", "pkg:pypi/salt", "CVE-2020-11651"),
    ("snakeyaml_project", "snakeyaml", "pkg:maven/org.yaml/snakeyaml", "CVE-2022-1471"),
    ("sqlalchemy", "sqlalchemy", "pkg:pypi/sqlalchemy", "CVE-2019-7164"),
    ("tornadoweb", "tornado", "pkg:pypi/tornado", "CVE-2023-28370"),
    ("twisted", "twisted", "pkg:pypi/twisted", "CVE-2022-39348"),
    ("twistedmatrix", "twisted", "pkg:pypi/twisted", "CVE-2022-21712"),
)
"""(vendor, product, package URL, a vulnerability that stands under both)."""
_ONLY_FROM = {"pkg:maven/org.apache.logging.log4j/log4j-core": 2}
"""First major version that is this package: log4j 1 is another one."""
_BY_CPE = {(vendor, product.replace("_", " ")): (purl, product) for vendor, product, purl, _ in KNOWN}


def package(component: Component) -> Purl | None:
    """The package, without version; `None` where nobody can tell for certain, or the name says something else."""
    for cpe in component.cpes:
        vendor, product, version = cpe_parts(cpe)
        purl, called = _BY_CPE.get((vendor, product), ("", ""))
        if not purl:
            continue
        found = _parsed(purl)
        named = _folded(re.split(r"[/:]", component.name)[-1])
        if named not in (_folded(called), _folded(found.name), _folded(f"{vendor}{called}")):
            continue  # a CPE of the whole is put on its parts too: log4j-api
        least = _ONLY_FROM.get(purl, 0)
        major = re.match(r"\d+", component.version or version)
        if not least or (major is not None and int(major[0]) >= least):
            return found
    return None


@lru_cache(maxsize=256)
def _parsed(purl: str) -> Purl:
    return parse_purl(purl)


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
