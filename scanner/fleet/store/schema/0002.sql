-- Every decision is kept, not only the last one: who said what, when, and why.

create table decision (
    target {int} not null,
    finding {text} not null,
    at {int} not null,
    decided_by {text} not null,
    what {text} not null,
    reason {text} not null,
    expires {int},
    primary key (target, finding, at)
){keyed};
create index decision_at on decision (at);

insert into decision (target, finding, at, decided_by, what, reason, expires)
select target, id, decided_at, coalesce(decided_by, ''), decision, coalesce(reason, ''), expires
from finding where decision is not null and decided_at is not null;
