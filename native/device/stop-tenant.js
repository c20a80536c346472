module.exports = () => globalThis.stopTenant();
