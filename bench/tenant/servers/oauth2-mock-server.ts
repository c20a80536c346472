import { OAuth2Server } from 'oauth2-mock-server';

/** oauth2-mock-server as its README starts it. It takes any refresh token and gives a random new one. */
const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(Number(process.env.PORT), '127.0.0.1');
console.log(JSON.stringify({ refreshTokens: Array.from({ length: Number(process.env.CHAINS) }, (_, n) => `t${n}`) }));
