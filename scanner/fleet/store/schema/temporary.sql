-- What one transaction works with. Every connection has its own; they are empty between transactions.

create temporary table new_source (content {blob} not null, reader {text} not null){temporary};

create temporary table new_component (
    ident {blob} not null, family {text} not null, name {text} not null, version {text} not null, body {blob} not null
){temporary};

create temporary table new_mark (ident {blob} not null, mark {blob} not null){temporary};

create temporary table new_address (ident {blob} not null, place {text} not null){temporary};

create temporary table new_held (source {int} not null, ident {blob} not null, scope {int} not null){temporary};

create temporary table placed (path {text} not null, source {int} not null){temporary};

create temporary table unread (path {text} not null){temporary};

create temporary table seen (
    id {text} not null, class {text} not null, state {text} not null, severity {int} not null, title {text} not null,
    campaign {text}, package {text}, path {text} not null, body {blob} not null
){temporary};

create temporary table wanted_package (number {int} not null, family {text} not null, name {text} not null){temporary};

create temporary table wanted_mark (number {int} not null, mark {blob} not null){temporary};

create temporary table wanted_place (number {int} not null, low {text} not null, high {text} not null){temporary};

create temporary table hit (number {int} not null, component {int} not null){temporary};

create temporary table doomed (id {int} not null){temporary};
