-- What lists targets: an organisation, a group, a bucket; and what it listed, by its own ids.

create table listing (
    id {id},
    name {text} not null unique,
    how {text} not null,
    every {int},
    checked {int},
    failure {text}
){rows};

-- A row without a target is one that somebody removed: it is not added again.
create table listed (
    listing {int} not null,
    item {text} not null,
    target {int},
    owner {text},
    labels {text} not null,
    gone {int},
    why {text},
    primary key (listing, item)
){keyed};
create index listed_target on listed (target);
