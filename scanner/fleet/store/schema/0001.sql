-- The first shape. Times are microseconds since 1970, UTC. {words} are those of the database: see database.py.

create table meta (
    key {text} primary key,
    value {text} not null
){keyed};

create table target (
    id {id},
    address {text} not null unique,
    kind {text} not null,
    owner {text},
    every {int},
    added {int} not null,
    number {int} not null default 0,
    revision {text},
    tool {text},
    intelligence {text},
    taken {int},
    checked {int},
    token {int} not null default 0,
    worker {text},
    leased {int},
    failures {int} not null default 0,
    failure {text},
    not_before {int} not null default 0
){rows};

create table label (
    target {int} not null,
    label {text} not null,
    primary key (label, target)
){keyed};

-- One file's content as one reader read it: once for all targets and days.
create table source (
    id {id},
    content {blob} not null,
    reader {text} not null,
    unique (content, reader)
){rows};

create table package (
    id {id},
    family {text} not null,
    name {text} not null,
    unique (family, name)
){rows};

-- One package at one version, with everything that a source says of it; ident is the digest of that.
create table component (
    id {id},
    ident {blob} not null unique,
    package {int} not null,
    version {text} not null,
    body {blob} not null
){rows};
create index component_package on component (package);

create table held (
    source {int} not null,
    component {int} not null,
    scope {int} not null,
    primary key (source, component)
){keyed};
create index held_component on held (component);

-- Digests of artefacts and commits, by the first 16 bytes of what they are.
create table mark (
    mark {blob} not null,
    component {int} not null,
    primary key (mark, component)
){keyed};

-- Addresses, with the host turned round, so that a domain and all below it are one range: com.example.cdn/path.
create table address (
    place {text} not null,
    component {int} not null,
    primary key (place, component)
){keyed};

create table coverage (
    id {id},
    digest {blob} not null unique,
    body {blob} not null
){rows};

create table snapshot (
    target {int} not null,
    number {int} not null,
    revision {text} not null,
    taken {int} not null,
    tool {text} not null,
    intelligence {text} not null,
    coverage {int} not null,
    primary key (target, number)
){keyed};

-- From when to when a path of a target held a source. A span that is still open costs nothing on a day without change.
create table span (
    target {int} not null,
    path {text} not null,
    source {int} not null,
    first {int} not null,
    last {int},
    gone {int},
    primary key (target, path, source, first)
){keyed};
create index span_source on span (source);

create table finding (
    target {int} not null,
    id {text} not null,
    class {text} not null,
    state {text} not null,
    severity {int} not null,
    title {text} not null,
    campaign {text},
    package {text},
    path {text} not null,
    first {int} not null,
    last {int},
    gone {int},
    reopened {int} not null default 0,
    owner {text},
    decision {text},
    decided_by {text},
    decided_at {int},
    reason {text},
    expires {int},
    body {blob} not null,
    primary key (target, id)
){keyed};
create index finding_class on finding (class, severity);
create index finding_campaign on finding (campaign);

create table event (
    target {int} not null,
    finding {text} not null,
    at {int} not null,
    what {text} not null,
    primary key (target, finding, at, what)
){keyed};
create index event_at on event (at);
