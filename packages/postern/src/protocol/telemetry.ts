export const version = '0.1.0';

/** Value of the `Auth0-Client` header and `auth0Client` parameter: who calls. Auth0 logs it and asks nothing of it. */
export const clientInformation = (): string => btoa(JSON.stringify({ name: 'postern', version }));
