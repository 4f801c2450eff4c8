const core = require('@actions/core');
core.info('ok');
