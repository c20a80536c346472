const http = require('node:http');

/** One HTTP exchange without Node's `fetch`; a connection that fails is what it is on a device. */
exports.sendOverHttp = (url, { method = 'GET', headers = {}, body, signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(Object.assign(new Error('Aborted'), { name: 'AbortError' }));
    const request = http.request(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode,
          statusText: response.statusMessage,
          headers: Object.fromEntries(pairs),
          cookies: response.headers['set-cookie'] ?? [],
          body: text,
        });
      });
    });
    request.on('error', () => reject(new TypeError('Network request failed')));
    signal?.addEventListener('abort', () => {
      request.destroy();
      reject(Object.assign(new Error('Aborted'), { name: 'AbortError' }));
    });
    request.end(body);
  });
