-- Who may ask through the web, and what was done there. Of tokens and cookies their digests only.

create table web_token (
    id {id},
    name {text} not null,
    role {text} not null,
    digest {blob} not null unique,
    added {int} not null,
    expires {int},
    used {int},
    revoked {int}
){rows};
create unique index web_token_name on web_token (name) where revoked is null;

create table web_session (
    digest {blob} primary key,
    name {text} not null,
    role {text} not null,
    how {text} not null,
    token {int},
    added {int} not null,
    used {int} not null,
    ends {int} not null
){keyed};

create table audit (
    id {id},
    at {int} not null,
    who {text} not null,
    how {text} not null,
    what {text} not null,
    target {text},
    address {text},
    detail {text}
){rows};
create index audit_at on audit (at);
