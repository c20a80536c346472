import { createRequire } from 'node:module';

/**
 * The simulator of Auth0 as its README starts it, with a person for each connection. It speaks https alone, with a certificate that lies
 * in the home folder. As CommonJS, which is what its own command loads: as an ES module 0.11.4 fails at its first token
 * (`jwt.sign is not a function`). JavaScript, because its types are not here until the bench is installed.
 */
const { simulation } = createRequire(import.meta.url)('@simulacrum/auth0-simulator');

const users = Array.from({ length: Number(process.env.PEOPLE) }, (_, n) => ({
  id: `person-${n}`,
  name: `Person ${n}`,
  email: `person-${n}@example.com`,
  password: process.env.PASSWORD,
}));
const app = simulation({
  options: { audience: process.env.AUDIENCE, scope: process.env.SCOPE },
  initialState: { users },
});
await app.listen(Number(process.env.PORT), '127.0.0.1');
console.log('{}');
