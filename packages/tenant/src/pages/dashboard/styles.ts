export const dashboardStyles = '';
