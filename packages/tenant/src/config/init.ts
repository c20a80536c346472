import { writeFile } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';

export const DEFAULT_CONFIG_FILE = 'tenant.config.jsonc';

/** Writes the commented example; never over a file that is there. */
export async function writeExampleConfig(path: string): Promise<void> {
  try {
    await writeFile(path, exampleConfig, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const message = 'is there already, and is left as it is; name another file: postern-tenant init FILE';
    throw new ConfigError([{ path: '', message }], { source: path, cause });
  }
}

/** Every list once, with what people change first; the JSON Schema explains the rest in the editor. */
export const exampleConfig = `{
  // Completion and checks in the editor.
  "$schema": "./node_modules/@postern/tenant/tenant.schema.json",

  // Shown on the login pages.
  "name": "My app (local)",

  // Applications that sign people in.
  "clients": [
    {
      "clientId": "my-web-app",
      "name": "My web app",
      // spa: in the browser. native: mobile, desktop, command line. regular: a web server. machine: no person.
      "type": "spa",
      // Development: any path on any port of localhost may receive logins. Off: list exact URLs in "callbacks",
      // "logoutUrls" and "webOrigins".
      "allowLoopbackCallbacks": true,
      "refreshToken": {
        "rotation": "rotating",
        // Seconds for which a refresh whose answer got lost can be repeated with the token before.
        "leeway": 10
      }
    },
    {
      "clientId": "my-mobile-app",
      "name": "My mobile app",
      "type": "native",
      "callbacks": ["com.example.app.auth0://localhost/ios/com.example.app/callback"],
      "logoutUrls": ["com.example.app.auth0://localhost/ios/com.example.app/callback"]
    }
    // A web server keeps a secret: { "clientId": "my-server", "name": "My server", "type": "regular",
    //   "clientSecret": "at-least-16-characters", "callbacks": ["https://app.example.test/callback"] }
  ],

  // Audiences: what access tokens are for.
  "apis": [
    {
      "identifier": "https://api.example.test",
      "name": "My API",
      "scopes": ["read:things", "write:things"],
      // Whether the scope offline_access gives a refresh token.
      "allowOfflineAccess": true,
      // Seconds.
      "tokenLifetime": 86400
    }
  ],

  // Where users come from. auth0 is a database of users with passwords.
  "connections": [
    {
      "name": "Username-Password-Authentication",
      "strategy": "auth0",
      "passwordPolicy": { "level": "good" }
    }
  ],

  // Messages are in the outbox of the dashboard. They can also go to a mail server or an address of yours:
  // "delivery": { "smtp": "smtp://localhost:1025", "smsWebhook": "http://localhost:3000/sms" },

  // Your rules, written as Auth0 Actions: files that export onExecutePostLogin or onExecutePreUserRegistration.
  // "actions": { "directory": "./actions", "secrets": { "API_KEY": "local" } },

  // https://localhost, with a certificate of a local authority that is made at the first start.
  // "https": true,

  // There at every start, with the same ids.
  "users": [
    {
      "id": "auth0|alice",
      "email": "alice@example.com",
      "password": "Correct-Horse-42",
      "profile": { "name": "Alice Example", "given_name": "Alice", "family_name": "Example" }
    }
  ]
}
`;
