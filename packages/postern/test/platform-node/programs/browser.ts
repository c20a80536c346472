import { appendFile } from 'node:fs/promises';

/** A browser for `BROWSER`: signed in at the tenant by the cookies in `TEST_COOKIES`, it goes where it is sent. */
const { TEST_COOKIES: cookie = '', TEST_PAGES: pages } = process.env;
let url = new URL(process.argv[2] ?? '');
const tenant = url.origin;
for (let hops = 0; hops < 10; hops++) {
  const response = await fetch(url, { redirect: 'manual', headers: url.origin === tenant ? { cookie } : {} });
  const location = response.headers.get('location');
  if (location === null) {
    if (pages) await appendFile(pages, `${url.pathname} ${response.status}\n`);
    break;
  }
  url = new URL(location, url);
}
