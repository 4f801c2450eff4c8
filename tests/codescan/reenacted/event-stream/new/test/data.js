module.exports = ["00", "11", "22", "656e76", "x"];
