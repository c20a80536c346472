import { OAuth2Server } from 'oauth2-mock-server';

/** oauth2-mock-server as its README starts it. It knows no people: whoever asks for a login has one. */
const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(Number(process.env.PORT), '127.0.0.1');
console.log('{}');
