import '@postern/tenant/cypress';
