require('./middleware/errors')();
module.exports = require('express')();
