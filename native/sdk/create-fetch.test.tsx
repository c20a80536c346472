import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { act } from '@testing-library/react-native';
import { createFetch } from 'postern';
import { letZoeIn, redirectUrl, startApp } from './support';

/** `createFetch` on a device's `fetch` and `Request`, which are Expo's and React Native's. */

let server: Server;
let origin: string;
const received: { path: string; authorization?: string; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { url: path = '', headers } = request;
      received.push({
        path,
        body,
        ...(headers.authorization && { authorization: headers.authorization.split(' ')[0] }),
      });
      if (path === '/moved') response.writeHead(307, { location: '/elsewhere' });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('sends the token with the request as it is, and S23: follows no redirect', async () => {
  letZoeIn();
  const { result } = await startApp();
  await act(() => result.current.authorize({ redirectUrl }));
  const api = createFetch(result.current, { apis: [{ origin }] });
  const post = { method: 'POST', body: 'note' };
  expect((await api(`${origin}/notes`, post)).status).toBe(200);
  await expect(api(`${origin}/moved`, post)).rejects.toMatchObject({ code: 'api_redirect', status: 307 });
  expect(received).toEqual(['/notes', '/moved'].map((path) => ({ path, authorization: 'DPoP', body: 'note' })));
});
