-- How sure the finding was when somebody decided on it: what has become surer since counts again.

alter table finding add column decided_state {text};

-- Until when a policy or a VEX statement sets it aside (microseconds; far away where it has no end).
alter table finding add column suppressed {int};
