-- Whom what became known later had hit: what was matched with the past, by the digest of what it names, and what it struck.

create table matched (
    source {text} not null,
    record {text} not null,
    name {text} not null,
    digest {text} not null,
    primary key (source, record)
){keyed};

-- alone: no finding told of it when it was struck. told: people know of it.
create table exposure (
    source {text} not null,
    record {text} not null,
    target {int} not null,
    path {text} not null,
    package {text} not null,
    first {int} not null,
    version {text} not null,
    state {text} not null,
    reason {text} not null,
    last {int} not null,
    gone {int},
    known {int} not null,
    alone {int} not null,
    told {int} not null,
    primary key (source, record, target, path, package, first)
){keyed};
create index exposure_record on exposure (record, target);
create index exposure_target on exposure (target);
create index exposure_held on exposure (target) where gone is null;
create index exposure_untold on exposure (record, target) where told = 0;

-- Who has a chore: one that is gone is replaced at once.
alter table chore add column holder {text};
