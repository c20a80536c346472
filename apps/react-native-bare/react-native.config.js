// Only the JavaScript is here: no native projects to look for.
module.exports = { project: {} };
