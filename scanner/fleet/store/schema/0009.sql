-- What workers do one at a time: nobody else begins with it before a moment.

create table chore (
    chore {text} not null primary key,
    token {int} not null default 0,
    free {int} not null default 0
){keyed};
