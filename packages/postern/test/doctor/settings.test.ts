import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readDomain } from '../../src/cli/doctor/domain.ts';
import { configure } from '../../src/options.ts';
import { type AppFiles, type ExamineOptions, examineApp, examineFolder, makeApp, removeApps } from './support.ts';

/** Which tenant and client an app has, and how they are written. No tenant is asked: none listens at port 1. */

beforeAll(() => {
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await removeApps();
});

const here = 'http://127.0.0.1:1';
const web = { postern: '0.1.0', react: '19.3.1', vite: '8.3.8' };
const check = (files: Record<string, unknown>, options: ExamineOptions = {}, more: AppFiles = {}) =>
  examineApp({ packages: web, ...more, files }, options);
const lines = (text: string, word: string) => text.split('\n').filter((line) => line.startsWith(word));

describe('tenant and client', () => {
  it('are those of the option, then of variables, then of the code', async () => {
    const files = {
      '.env': `VITE_AUTH0_DOMAIN=http://localhost:1\nVITE_AUTH0_CLIENT_ID=of-env\n`,
      '.env.local': `# ours\nexport VITE_AUTH0_DOMAIN="${here}"\n`,
      'src/config.ts': `export const auth0 = {\n  domain: 'http://127.0.0.3:1',\n  clientId: 'of-code' };`,
    };
    expect((await check(files)).text.split('\n').slice(1, 3)).toEqual([
      `Tenant  ${here} (.env.local, line 2)`,
      'Client  of-env (.env, line 2)',
    ]);
    const env = { VITE_AUTH0_DOMAIN: 'http://127.0.0.2:1' };
    expect(lines((await check(files, { env })).text, 'Tenant ')).toEqual([
      'Tenant  http://127.0.0.2:1 (environment variable VITE_AUTH0_DOMAIN)',
    ]);
    const args = `--domain ${here} --client-id of-option`;
    expect((await check(files, { env, args })).text.split('\n').slice(1, 3)).toEqual([
      `Tenant  ${here} (--domain)`,
      'Client  of-option (--client-id)',
    ]);
    const { '.env': _, '.env.local': __, ...code } = files;
    expect((await check(code)).text.split('\n').slice(1, 3)).toEqual([
      'Tenant  http://127.0.0.3:1 (src/config.ts, line 2)',
      'Client  of-code (src/config.ts, line 3)',
    ]);
  });

  it('are found as code has them', async () => {
    const ways = [
      `import { Auth0Provider } from 'postern';\n<Auth0Provider domain="${here}" clientId="abc1">`,
      `new Auth0({ domain: '${here}', clientId: "abc1" })`,
      `const domain = process.env.EXPO_PUBLIC_AUTH0_DOMAIN ?? '${here}';\nconst clientId = env.AUTH0_ID || 'abc1';`,
      `<Auth0Provider domain={'${here}'} clientId={"abc1"}>`,
      `{ "provider": "auth0", "domain": "${here}", "client_id": "abc1" }`,
    ];
    for (const code of ways) {
      const { json } = await check({ 'src/main.tsx': code });
      expect(json).toMatchObject({ domain: here, clientId: 'abc1' });
    }
  });

  it('are not taken from tests, packages, other programs or what is put together', async () => {
    const code = `auth0({ domain: '${here}', clientId: 'abc1' })`;
    const others = {
      'src/app.test.ts': code,
      'test/app.ts': code,
      'e2e/login.ts': code,
      'node_modules/x/index.js': code,
      'dist/main.js': code,
      '.cache/main.js': code,
      'src/readme.md': code,
      'src/mail.ts': `send({ domain: 'mail.example.org', clientId: 'abc1' })`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: code of an app.
      'src/built.ts': 'auth0({ domain: `${region}.auth0.com`, clientId: id })',
    };
    const { json, said } = await check(others);
    expect(json).toMatchObject({ domain: null, clientId: null });
    expect(said('settings-missing')).toEqual([
      "No domain and client ID was found, neither in variables (AUTH0_DOMAIN, AUTH0_CLIENT_ID) nor in the app's code: the tenant was not looked at.\nGive --domain and --client-id.",
    ]);
    expect((await check({ '.env': `VITE_AUTH0_DOMAIN=${here}` })).said('settings-missing')).toEqual([
      "No client ID was found, neither in variables (AUTH0_DOMAIN, AUTH0_CLIENT_ID) nor in the app's code: the client was not looked at.\nGive --client-id.",
    ]);
  });

  it('are read from files as bundlers read them: byte order mark, line ends, quotes, other variables', async () => {
    const files = {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as files have it.
      '.env.local': '\uFEFFVITE_AUTH0_DOMAIN=`http://$HOST_NAME:${PORT:-1}`\r\n# us\r\nHOST_NAME=127.0.0.1\r\n',
      '.env':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as files have it.
        "A=1\r\nexport VITE_AUTH0_CLIENT_ID = '${CLIENT}-1' # ours\r\nCLIENT=abc\r\nAUTH0_AUDIENCE=$AUTH0_AUDIENCE\r\n",
    };
    expect((await check(files)).text.split('\n').slice(1, 4)).toEqual([
      'Tenant  http://127.0.0.1:1 (.env.local, line 1)',
      'Client  abc-1 (.env, line 2)',
      '',
    ]);
    const env = { CLIENT: 'of-env', PORT: '2' };
    expect((await check(files, { env })).json).toMatchObject({ domain: 'http://127.0.0.1:2', clientId: 'of-env-1' });
    // A variable that nothing sets is empty there, and no placeholder.
    const { said, codes } = await check({ '.env': 'VITE_AUTH0_DOMAIN=$NOWHERE\nVITE_AUTH0_CLIENT_ID=\\$abc' });
    expect(said('settings-missing')[0]).toMatch(/^No domain was found/);
    expect(codes('error')).toEqual([]);
  });

  it('are of the file that the bundler prefers', async () => {
    const files = { '.env.local': `AUTH0_DOMAIN=${here}`, '.env.development': 'AUTH0_DOMAIN=http://127.0.0.2:1' };
    const said = async (bundler: string) => {
      const { text } = await check(files, {}, { packages: { postern: '0.1.0', [bundler]: '1.0.0' } });
      return lines(text, 'Tenant ');
    };
    expect(await said('vite')).toEqual(['Tenant  http://127.0.0.2:1 (.env.development, line 1)']);
    for (const bundler of ['next', 'expo', 'react-scripts'])
      expect(await said(bundler)).toEqual([`Tenant  ${here} (.env.local, line 1)`]);
  });

  it('are not readable in a file that is no UTF-8', async () => {
    const utf16 = `\uFEFFVITE_AUTH0_DOMAIN=${here}\r\n`;
    const { said } = await check({ '.env': Buffer.from(utf16, 'utf16le') });
    expect(said('file-broken')).toEqual([
      '.env is not in UTF-8, so that nothing in it is read. PowerShell’s ">" writes such files.\nSave it as UTF-8.',
    ]);
  });

  it('are not taken from remarks, which keep what was', async () => {
    const old = `domain: 'http://127.0.0.9:1', clientId: 'old'`;
    const code = [
      `// auth0({ ${old} })`,
      `/* auth0({ ${old} })\n * ${old} */ const site = 'https://shop.test'; // ${old}`,
      `<p>Don't</p> {/* <Auth0Provider domain="http://127.0.0.9:1" clientId="old"> */}`,
      `<a>https://shop.test</a> auth0({ domain: '${here}', // ${old}`,
      `  clientId: 'it\\'s' })`,
    ].join('\r\n');
    const { text, said } = await check({ 'src/main.tsx': code });
    expect(said('settings-ambiguous')).toEqual([]);
    expect(lines(text, 'Tenant ')).toEqual([`Tenant  ${here} (src/main.tsx, line 5)`]);
  });

  it('are looked for in no more folders than it can take, and not behind links', async () => {
    const code = `auth0({ domain: '${here}', clientId: 'abc1' })`;
    const folder = await makeApp({ packages: web, files: { 'zz/deep/auth.ts': code, 'src/a.ts': '' } });
    await symlink(folder, join(folder, 'src/loop'));
    await symlink(join(folder, 'gone.ts'), join(folder, 'src/gone.ts'));
    expect((await examineFolder(folder)).json).toMatchObject({ domain: here });
    await Promise.all(Array.from({ length: 2000 }, (_, index) => mkdir(join(folder, `data${index}`))));
    expect((await examineFolder(folder)).json).toMatchObject({ domain: null });
  });

  it('of which the code names several are asked for', async () => {
    const { said, json } = await check({
      'src/a.ts': `auth0({ domain: '${here}', clientId: 'a1' })`,
      'src/b.ts': `auth0({ domain: 'http://robin:hunter2@127.0.0.2:1', clientId: 'b1' })`,
      'src/c.ts': `auth0({ domain: '${here}', clientId: 'a1' })`,
    });
    expect(json).toMatchObject({ domain: null, clientId: null });
    expect(said('settings-ambiguous')[0]).toMatch(
      /^The app's code names several tenants or clients: .* and .*\.\nSay which one to look at: give --domain and --client-id\.$/,
    );
    expect(said('settings-ambiguous')[0]).not.toMatch(/hunter2|robin/);
  });

  it('do not reach the app by a variable that its bundler keeps', async () => {
    const kept: readonly (readonly [string, string, string, string])[] = [
      ['vite', 'AUTH0_DOMAIN', 'Vite', 'VITE_AUTH0_DOMAIN'],
      ['next', 'VITE_AUTH0_DOMAIN', 'Next.js', 'NEXT_PUBLIC_AUTH0_DOMAIN'],
      ['expo', 'AUTH0_DOMAIN', 'Expo', 'EXPO_PUBLIC_AUTH0_DOMAIN'],
      ['react-scripts', 'AUTH0_DOMAIN', 'Create React App', 'REACT_APP_AUTH0_DOMAIN'],
    ];
    for (const [bundler, name, called, better] of kept) {
      const packages = { postern: '0.1.0', [bundler]: '1.0.0' };
      const { said } = await check({ '.env': `${name}=${here}` }, {}, { packages });
      const prefix = better.slice(0, -'AUTH0_DOMAIN'.length);
      expect(said('env-prefix')).toEqual([
        `${name} (.env, line 1) does not reach the app: ${called} passes on names that begin with ${prefix}.\nCall it ${better}, unless code of your own gives it to the app.`,
      ]);
      const well = await check({ '.env': `${name}=${here}\n${better}=${here}` }, {}, { packages });
      expect(well.codes('warning')).not.toContain('env-prefix');
    }
    // A program sees them all.
    const program = await check({ '.env': `AUTH0_DOMAIN=${here}` }, {}, { packages: { postern: '0.1.0' } });
    expect(program.codes('warning')).not.toContain('env-prefix');
  });

  it('stand for nothing while they are placeholders', async () => {
    for (const id of ['YOUR_CLIENT_ID', '{clientId}', '<id>', 'xxxxxxxx', 'your-client-id']) {
      const { said, codes } = await check({ '.env': `VITE_AUTH0_DOMAIN=${here}\nVITE_AUTH0_CLIENT_ID=${id}` });
      expect(said('client-id-placeholder')).toEqual([
        `.env, line 2 says the client ID is "${id}", which stands for one and is none.\nPut in the client ID that the settings of the application at the tenant show.`,
      ]);
      expect(codes('error')).toContain('client-id-placeholder');
    }
    for (const id of ['abc', 'postern-spa', 'Zx8Kq2LmN0pYvT3rWcUe7HsJdFgA1bXy'])
      expect((await check({}, { args: `--domain ${here} --client-id ${id}` })).codes('error')).toEqual([
        'tenant-unreachable',
      ]);
  });
});

it('a secret in the app is told by its name, and shown nowhere', async () => {
  const secret = 'm0st-secret-of-all';
  const files = {
    '.env': `VITE_AUTH0_CLIENT_SECRET=${secret}\nAUTH0_CLIENT_SECRET=${secret}\nVITE_AUTH0_DOMAIN=${here}\nVITE_AUTH0_CLIENT_ID=$AUTH0_CLIENT_SECRET\nVITE_AUTH0_SECRET=`,
  };
  const { said, text, json, codes } = await check(files, { env: { EXPO_PUBLIC_AUTH0_SECRET: secret } });
  expect(said('secret-exposed')).toEqual([
    expect.stringContaining('The variable EXPO_PUBLIC_AUTH0_SECRET goes into the app, where everybody can read it.'),
    'VITE_AUTH0_CLIENT_SECRET (.env, line 1) goes into the app, where everybody can read it.\nRemove it, and have the tenant make a new secret. An app that runs on the devices of people has none; the application at the tenant is a native or a single-page one.',
  ]);
  expect(codes('error')).toContain('secret-exposed');
  expect(`${text}${JSON.stringify(json)}`).not.toContain(secret);
  expect(text).not.toMatch(/^AUTH0_CLIENT_SECRET|\sAUTH0_CLIENT_SECRET/);
});

it('a password in an address, odd variables and endless lines do no harm', async () => {
  const files = {
    '.env': `VITE_AUTH0_DOMAIN=https://robin:hunter2@shop.eu.auth0.com\nA(B[=1\n=x\nAUTH0_X*=1\n`,
    'src/a.ts': `// auth0 clientId: 'a1'\nconst domain=${' '.repeat(250_000)};`,
    'src/b.ts': `// auth0 clientId: 'a1'\nconst domain=${'?'.repeat(250_000)};`,
    'src/c.ts': 'x'.repeat(400_000),
  };
  const { text, json, said } = await check(files);
  expect(said('domain-form')).toEqual([
    '.env, line 1 says the domain is "https://***@shop.eu.auth0.com", which is no host name.\nWrite it like tenant.eu.auth0.com.',
  ]);
  expect(`${text}${JSON.stringify(json)}`).not.toMatch(/hunter2|robin/);
});

describe('the domain', () => {
  const judge = (text: string) => {
    const { findings, address } = readDomain(text, '.env, line 1');
    const words = findings.map(({ code, message, remedy }) => `${code}: ${message} ${remedy}`);
    return { words, origin: address?.origin };
  };
  const takes = (domain: string) => {
    try {
      configure({ domain, clientId: 'abc', dangerouslyAllowInsecureDomain: true });
      return true;
    } catch {
      return false;
    }
  };

  it('is taken as it should be written', () => {
    const well: readonly (readonly [string, string])[] = [
      ['tenant.eu.auth0.com', 'https://tenant.eu.auth0.com'],
      ['Login.Shop.org', 'https://login.shop.org'],
      ['login.shop.org:8443', 'https://login.shop.org:8443'],
      ['localhost:4455', 'https://localhost:4455'],
      ['http://localhost:4455', 'http://localhost:4455'],
      ['http://localhost:4455/', 'http://localhost:4455'],
      ['http://127.0.0.1:4455', 'http://127.0.0.1:4455'],
      ['https://tenant.localhost', 'https://tenant.localhost'],
      ['http://[::1]:4455', 'http://[::1]:4455'],
    ];
    for (const [text, origin] of well) {
      expect(judge(text)).toEqual({ words: [], origin });
      expect(takes(text)).toBe(true);
    }
  });

  it('is mended where it is written otherwise, and asked all the same', () => {
    const said = (text: string) => `domain-form: .env, line 1 says the domain is "${text}"`;
    const otherwise: readonly (readonly [string, string])[] = [
      ['https://tenant.eu.auth0.com', 'It is refused with https://. Write tenant.eu.auth0.com'],
      [
        'https://tenant.eu.auth0.com/',
        'It is refused with https:// and the slash at the end. Write tenant.eu.auth0.com',
      ],
      ['tenant.eu.auth0.com/', 'It is refused with the slash at the end. Write tenant.eu.auth0.com'],
      ['tenant.eu.auth0.com/authorize', 'It is refused with "/authorize". Write tenant.eu.auth0.com'],
      ['tenant.eu.auth0.com?x', 'It is refused with "?x". Write tenant.eu.auth0.com'],
      ['http://localhost:4455/authorize', 'It is refused with "/authorize". Write http://localhost:4455'],
    ];
    for (const [text, words] of otherwise) {
      expect(judge(text).words).toEqual([`${said(text)}. ${words}`]);
      expect(judge(text).origin).toMatch(/^https:\/\/tenant\.eu\.auth0\.com$|^http:\/\/localhost:4455$/);
      expect(takes(text)).toBe(false);
    }
  });

  it('is not asked where it is none', () => {
    const none: readonly (readonly [string, string])[] = [
      ['YOUR_DOMAIN', 'domain-placeholder'],
      ['{yourDomain}', 'domain-placeholder'],
      ['<tenant>.auth0.com', 'domain-placeholder'],
      ['your-tenant.eu.auth0.com', 'domain-placeholder'],
      ['example.eu.auth0.com', 'domain-placeholder'],
      ['https://example.com', 'domain-placeholder'],
      ['manage.auth0.com', 'domain-form'],
      ['https://manage.auth0.com/dashboard/eu/shop/applications', 'domain-form'],
      ['shop', 'domain-form'],
      ['ftp://shop.eu.auth0.com', 'domain-form'],
      ['user@shop.eu.auth0.com', 'domain-form'],
      ['a b.com', 'domain-form'],
      ['org.shop.app.auth0://shop.org', 'domain-form'],
    ];
    for (const [text, code] of none) {
      const { words, origin } = judge(text);
      expect([text, words.length, words[0]?.split(':')[0], origin]).toEqual([text, 1, code, undefined]);
    }
    expect(judge('shop').words).toEqual([
      'domain-form: .env, line 1 says the domain is "shop", which is a part of a host name. Write the whole: a tenant of Auth0 is called like shop.eu.auth0.com.',
    ]);
    expect(judge('manage.auth0.com').words[0]).toContain("which is the address of Auth0's dashboard.");
  });

  it('reached without encryption is told, unless it is this machine', async () => {
    expect(judge('http://192.168.1.5:4455')).toEqual({
      words: [
        'domain-insecure: http://192.168.1.5:4455 is reached without encryption, which the SDK takes by dangerouslyAllowInsecureDomain alone. For trying things out on a network that you trust. Everybody on it can read passwords and tokens: never ship it.',
      ],
      origin: 'http://192.168.1.5:4455',
    });
    expect(takes('http://192.168.1.5:4455')).toBe(true);
  });

  it('of this machine is another one on a phone', async () => {
    const phone = { packages: { postern: '0.1.0', expo: '57.0.0' } };
    const { said } = await check({}, { args: '--domain http://localhost:1 --client-id a' }, phone);
    expect(said('domain-of-this-machine')).toEqual([
      'http://localhost:1 is this machine: the simulator of iOS reaches it, a phone and the emulator of Android do not.\nGive the tenant an address of the network (docs/tenant.md); or, for the emulator:\nadb reverse tcp:1 tcp:1',
    ]);
    const page = await check({}, { args: '--domain http://localhost:1 --client-id a' });
    expect(page.said('domain-of-this-machine')).toEqual([]);
  });
});

it('addresses that are none are refused before anything is looked at', async () => {
  const refused = [
    '--redirect-uri callback',
    '--redirect-uri http://',
    '--logout-url /out',
    '--web-origin app.example.com',
    '--web-origin https://app.example.com/',
  ];
  for (const args of refused) await expect(check({}, { args })).rejects.toThrow(/^--[a-z-]+ must be like https:/);
});
