-- What one transaction works with. Every connection has its own; they are empty between transactions.

create temporary table new_source (content {blob} not null, reader {text} not null){rows};

create temporary table new_ident (ident {blob} not null){rows};

create temporary table new_package (family {text} not null, name {text} not null){rows};

create temporary table new_component (
    ident {blob} not null, package {int} not null, version {text} not null, body {blob} not null
){rows};

create temporary table new_look (target {int} not null){rows};

create temporary table looked (
    target {int} primary key, number {int} not null, revision {text} not null, taken {int} not null,
    tool {text} not null, intelligence {text} not null, coverage {int} not null, partial {int} not null, previous {int}
){rows};

create temporary table placed (
    target {int} not null, path {text} not null, source {int} not null, primary key (target, path, source)
){keyed};

create temporary table unread (target {int} not null, path {text} not null, primary key (target, path)){keyed};

create temporary table seen (
    target {int} not null, id {text} not null, class {text} not null, state {text} not null, severity {int} not null,
    title {text} not null, campaign {text}, package {text}, path {text} not null, suppressed {int},
    body {blob} not null, primary key (target, id)
){keyed};

create temporary table wanted_package (number {int} not null, family {text} not null, name {text} not null){rows};

create temporary table wanted_mark (number {int} not null, mark {blob} not null){rows};

create temporary table wanted_place (number {int} not null, low {text} not null, high {text} not null){rows};

create temporary table hit (number {int} not null, component {int} not null){rows};

create temporary table doomed (id {int} not null){rows};
