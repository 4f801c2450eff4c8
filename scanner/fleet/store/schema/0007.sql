-- How far people were told of a target: the last snapshot, how it stood then, and whether they think that it fails.

create table notice_target (
    target {int} not null primary key,
    version {int} not null,
    number {int} not null,
    taken {int},
    verdict {text},
    failing {int} not null
){keyed};

-- Feeds that people know not to be fresh.
create table notice_feed (
    feed {text} not null primary key,
    status {text} not null
){keyed};

create table notice_channel (
    channel {text} not null primary key,
    token {int} not null default 0,
    claimed {int} not null default 0,
    holder {text},
    failures {int} not null default 0,
    failure {text},
    since {int},
    not_before {int} not null default 0
){keyed};

-- One incident, as one team is told of it by one channel: told is the last of its items that a message carried.
create table notice (
    id {id},
    channel {text} not null,
    team {text} not null,
    kind {text} not null,
    subject {text} not null,
    round {int} not null,
    opened {int} not null,
    grown {int} not null,
    about {blob} not null,
    items {int} not null default 0,
    told {int} not null default 0,
    sent {int} not null default 0,
    sent_at {int},
    reference {text},
    trying {text},
    failures {int} not null default 0,
    failure {text},
    unique (channel, team, kind, subject, round)
){rows};
create index notice_waiting on notice (channel) where told < items;

create table notice_item (
    notice {int} not null,
    number {int} not null,
    mark {text} not null,
    target {int} not null,
    body {blob} not null,
    primary key (notice, number),
    unique (notice, mark)
){keyed};
