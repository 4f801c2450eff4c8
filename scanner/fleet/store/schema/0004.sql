-- What pages ask for: findings by gravity and by age, packages by name.

drop index finding_class;

create index finding_class on finding (class, severity, target, id);

create index finding_open on finding (class, severity, target, id) where gone is null;

create index finding_first on finding (first, target, id);

create index package_name on package (name, family);
