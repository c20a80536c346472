const { deviceProjects, tenantSetup } = require('./device/jest-projects');

module.exports = { ...tenantSetup, projects: deviceProjects(__dirname) };
