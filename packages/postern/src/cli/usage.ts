export const usage = `postern: sign in from the command line, and give scripts their tokens

  postern login        sign in by your browser (or on another device)
  postern logout       sign out: forget the session, and revoke it at the tenant
  postern status       who is signed in, until when, and where that is kept
  postern token        print an access token, and nothing else
  postern headers      print the headers of one API request, with its DPoP proof
  postern whoami       print who is signed in
  postern completion   print completions: bash, zsh or fish

Which tenant
  --domain HOST        the tenant, or the whole address of one on this machine
                       (http://localhost:4455). Remembered by login.
  --client-id ID       the client (a native one). Remembered by login.
  --profile NAME       keeps several sessions and their settings apart
                       (default: "default")
  The environment can name them, too: POSTERN_DOMAIN, POSTERN_CLIENT_ID,
  POSTERN_PROFILE. What the command line says goes first.

login
  --audience API       the API that the tokens are for. Remembered.
  --scope "A B"        scopes to ask for (default: openid profile email). Remembered.
  --device             show a code to enter on another device; done by itself where
                       no browser can be opened (no display, over SSH, BROWSER=none)
  --port N             listen on this port for the browser's answer, where the
                       tenant wants the callback http://127.0.0.1:N/callback
                       registered (default: any free port)
  --no-dpop            plain Bearer tokens, for APIs and tools that take no others.
                       Remembered.
  BROWSER names the browser to open.

token, headers
  --audience API       another API than the login's
  --scope "A B"        scopes the token must have
  --min-ttl SECONDS    how long the token must still be good for (default: 0)
headers
  --url URL            the request's address (required)
  --method METHOD      its method (default: GET)

logout
  --local              forget the session here and ask nobody: works offline
  The browser stays signed in at the tenant, as other apps may be using that.

Everywhere
  --json               print JSON, errors included
  --help, --version

Exit codes
  0  done               3  not signed in, or the session is over: log in
  1  failed             4  the login was refused, cancelled, or nobody came in time
  2  wrong use          5  the tenant cannot be reached, or has trouble: try again

Examples
  postern login --domain example.eu.auth0.com --client-id abc --audience https://api.example.com
  curl -H "Authorization: Bearer $(postern token)" https://api.example.com/notes
  postern headers --url https://api.example.com/notes | curl -H @- https://api.example.com/notes

Tokens are bound to a key of this machine (DPoP) where the tenant can do that; such a token
is refused as a Bearer token, so use headers for it, or log in with --no-dpop.
No secret is ever taken from the command line or written to a log.
`;

const commands = ['login', 'logout', 'status', 'token', 'headers', 'whoami', 'completion'];
const flags = [
  ...['domain', 'client-id', 'profile', 'audience', 'scope', 'device', 'port', 'no-dpop', 'min-ttl', 'url', 'method'],
  ...['local', 'json', 'help', 'version'],
];
const words = [...commands, ...flags.map((flag) => `--${flag}`)].join(' ');

export const completions: Readonly<Record<string, string>> = {
  bash: `complete -W "${words}" postern\n`,
  zsh: `#compdef postern\ncompadd -- ${words}\n`,
  fish: `${[
    ...commands.map((command) => `complete -c postern -f -n __fish_use_subcommand -a ${command}`),
    ...flags.map((flag) => `complete -c postern -f -l ${flag}`),
  ].join('\n')}\n`,
};
