"""Services that list, as real HTTP servers: answers made by hand in the shapes that their makers document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus, urlencode
from xml.sax.saxutils import escape

from tests.servers import Answer, Question, answering


class Service:
    """A server whose repositories a test writes down, and that says otherwise where it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.items: list[dict[str, Any]] = []
        self.asked: list[Question] = []
        self.instead: list[Callable[[Question], Answer | None]] = []
        """Answers first, once each; `None` leaves it to the next."""

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        while self.instead:
            found = self.instead.pop(0)(question)
            if found is not None:
                return found
        return self.listed(question)

    def listed(self, question: Question) -> Answer:
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[Service]:
        with answering(self.answer) as url:
            self.url = url
            yield self

    def body(self, value: object, **headers: str) -> Answer:
        return 200, {"Content-Type": "application/json; charset=utf-8", **headers}, json.dumps(value).encode()


class GitHub(Service):
    """`GET /orgs/ORG/repos`, by page number; repositories without a branch have none."""

    organisation = "acme"

    def repository(self, id_: int, name: str, **fields: Any) -> dict[str, Any]:
        private = fields.get("private", True)
        return {
            "id": id_, "node_id": f"R_{id_}", "name": name, "full_name": f"{self.organisation}/{name}",
            "private": private, "owner": {"login": self.organisation, "id": 7, "type": "Organization"},
            "html_url": f"https://127.0.0.1/{self.organisation}/{name}", "description": None, "fork": False,
            "clone_url": f"https://127.0.0.1/{self.organisation}/{name}.git",
            "ssh_url": f"git@127.0.0.1:{self.organisation}/{name}.git", "size": 108, "default_branch": "main",
            "topics": [], "archived": False, "disabled": False, "visibility": "private" if private else "public",
            "pushed_at": "2026-11-26T19:06:43Z", "permissions": {"admin": False, "push": False, "pull": True},
        } | fields  # fmt: skip

    def listed(self, question: Question) -> Answer:
        if question.path.endswith("/branches"):
            return self.body([] if "/empty" in question.path else [{"name": "main"}])
        if question.path != f"/orgs/{self.organisation}/repos":
            return 404, {}, b'{"message": "Not Found"}'
        size, page = int(question.query["per_page"]), int(question.query.get("page", "1"))
        visible = [one for one in self.items if "authorization" in question.headers or not one.get("private")]
        headers = {}
        if page * size < len(visible):
            query = urlencode({**question.query, "page": page + 1})
            headers["Link"] = f'<{self.url}{question.path}?{query}>; rel="next", <{self.url}/last>; rel="last"'
        return self.body(visible[(page - 1) * size : page * size], **headers)


class GitLab(Service):
    """`GET /api/v4/groups/GROUP/projects`, by keyset where it knows that."""

    keyset = True

    def project(self, id_: int, path: str, **fields: Any) -> dict[str, Any]:
        return {
            "id": id_, "name": path.rpartition("/")[2], "path_with_namespace": path, "description": "",
            "created_at": "2026-01-05T10:00:00.000Z", "default_branch": "main", "topics": [], "visibility": "private",
            "ssh_url_to_repo": f"git@127.0.0.1:{path}.git", "http_url_to_repo": f"https://127.0.0.1/{path}.git",
            "namespace": {"id": 3, "full_path": path.rpartition("/")[0], "kind": "group"}, "archived": False,
            "empty_repo": False, "last_activity_at": "2026-11-20T08:14:03.123Z",
        } | fields  # fmt: skip

    def listed(self, question: Question) -> Answer:
        if question.path != "/api/v4/groups/acme/platform/projects":
            return 404, {}, b'{"message": "404 Group Not Found"}'
        size, headers = int(question.query["per_page"]), {}
        if question.query.get("pagination") == "keyset":
            if not self.keyset:
                return 405, {}, b'{"error": "Keyset pagination is not yet available for this type of request"}'
            after = int(question.query.get("id_after", "0"))
            rest = [one for one in sorted(self.items, key=lambda one: int(one["id"])) if one["id"] > after]
            found, more = rest[:size], {"id_after": rest[:size][-1]["id"] if rest else 0}
            last = len(rest) <= size
        else:
            page = int(question.query.get("page", "1"))
            found, more = self.items[(page - 1) * size : page * size], {"page": page + 1}
            last = page * size >= len(self.items)
        if not last:
            path = question.path.replace("acme/platform", "acme%2Fplatform")
            headers["Link"] = f'<{self.url}{path}?{urlencode({**question.query, **more})}>; rel="next"'
        return self.body(found, **headers)


class Bucket(Service):
    """`ListObjectsV2` and `GET` of an S3-like store; keeps what it is asked, and believes every signature."""

    name = "sboms"
    page = 1000

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}

    def listed(self, question: Question) -> Answer:
        if question.query.get("list-type") != "2":
            data = self.objects.get(question.path.removeprefix(f"/{self.name}/"))
            if data is None:
                return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>"
            etag = f'"{hashlib.md5(data).hexdigest()}"'
            if question.headers.get("if-none-match") == etag:
                return 304, {"ETag": etag}, b""
            return 200, {"ETag": etag}, data
        prefix, token = (
            question.query.get("prefix", ""),
            int(question.query.get("continuation-token", "0").strip("= +/")),
        )
        keys = sorted(key for key in self.objects if key.startswith(prefix))
        found, more = keys[token : token + self.page], token + self.page < len(keys)
        contents = "".join(
            f"<Contents><Key>{escape(quote_plus(key, safe='/'))}</Key>"
            "<LastModified>2026-11-29T01:02:03.000Z</LastModified>"
            f"<ETag>&quot;{hashlib.md5(self.objects[key]).hexdigest()}&quot;</ETag><Size>{len(self.objects[key])}</Size>"
            "<Owner><Key>no/key.json</Key></Owner><StorageClass>STANDARD</StorageClass></Contents>"
            for key in found
        )
        following = f"<NextContinuationToken>{token + self.page} +/=</NextContinuationToken>" if more else ""
        return 200, {"Content-Type": "application/xml"}, (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{self.name}</Name><Prefix>{escape(prefix)}</Prefix><KeyCount>{len(found)}</KeyCount><MaxKeys>1000</MaxKeys>"
            f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>{contents}{following}"
            "</ListBucketResult>"
        ).encode()  # fmt: skip


class Track(Service):
    """`/api/v1/project` and the export of a project's bill of materials."""

    def __init__(self) -> None:
        super().__init__()
        self.boms: dict[str, bytes] = {}

    def project(self, number: int, name: str, **fields: Any) -> dict[str, Any]:
        return {
            "name": name, "version": "1.0", "classifier": "APPLICATION",
            "uuid": f"{number:08x}-1111-4222-8333-444455556666",
            "tags": [], "active": True, "lastBomImport": 1764201600000, "lastBomImportFormat": "CycloneDX 1.6",
            "lastInheritedRiskScore": 3.0, "isLatest": False,
        } | fields  # fmt: skip

    def listed(self, question: Question) -> Answer:
        if not question.headers.get("x-api-key"):
            return 401, {}, b""
        kind, _, uuid = question.path.removeprefix("/api/v1/").rpartition("/")
        if question.path == "/api/v1/project":
            size, page = int(question.query["pageSize"]), int(question.query["pageNumber"])
            found = self.items[(page - 1) * size : page * size]
            return self.body(found, **{"X-Total-Count": str(len(self.items))})
        if kind == "project":
            return next((self.body(one) for one in self.items if one["uuid"] == uuid), (404, {}, b""))
        if kind == "bom/cyclonedx/project" and uuid in self.boms:
            return 200, {"Content-Type": "application/vnd.cyclonedx+json"}, self.boms[uuid]
        return 404, {}, b""
