const { deviceProjects, tenantSetup } = require('../../native/device/jest-projects');

module.exports = { ...tenantSetup, projects: deviceProjects(__dirname) };
