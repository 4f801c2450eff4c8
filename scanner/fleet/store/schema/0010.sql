-- How targets stand is counted from this index alone, without a look at findings themselves. SQLite takes it for whole
-- only where the column of its condition is in it, too.

drop index finding_open;

create index finding_open on finding (
    class, severity, target, id, gone, state, suppressed, decision, expires, decided_state
) where gone is null;
