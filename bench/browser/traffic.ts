import type { Page } from 'playwright-core';

/** What went over the wire to the tenant. */
export interface Traffic {
  /** As `GET /authorize`, in the order they were sent. */
  readonly requests: readonly string[];
  /** Questions of the browser's own, whether it may send another (CORS); not among `requests`. */
  readonly preflights: number;
  /** Both ways, headers and contents, as the network events of the DevTools protocol tell; without what TLS adds. */
  readonly bytes: number;
}

export interface TrafficRecorder {
  /** Begins to listen, also to the hidden frames of the page. */
  watch(page: Page): Promise<void>;
  /** What has been sent since the last call, once all of it is answered. */
  take(): Promise<Traffic>;
}

interface Exchange {
  readonly label: string;
  readonly isPreflight: boolean;
  readonly frame: string | undefined;
  bytes: number;
  isOver: boolean;
}

/** How long to wait for an answer that is under way, in steps and in all; and in a frame that has been taken away. */
const [STEP_MS, PATIENCE_MS, GONE_MS] = [20, 5000, 500];

export function recordTraffic(issuer: string): TrafficRecorder {
  let seen: Exchange[] = [];
  /** Frames that were taken away: at times Chromium tells nothing more of what they asked. */
  const gone = new Set<string>();
  const isPending = ({ isOver, frame }: Exchange, waited: number) =>
    !isOver && !(waited > GONE_MS && frame !== undefined && gone.has(frame));

  const watch = async (page: Page) => {
    const session = await page.context().newCDPSession(page);
    const open = new Map<string, Exchange>();
    /** Requests whose headers were told of before they were: the order of the two events is not fixed. */
    const headersOf = new Map<string, number>();
    const finish = (id: string, received: number) => {
      const exchange = open.get(id);
      if (!exchange) return;
      exchange.bytes += received;
      exchange.isOver = true;
      open.delete(id);
    };
    session.on('Network.requestWillBeSent', ({ requestId, request, redirectResponse, frameId }) => {
      if (redirectResponse) finish(requestId, redirectResponse.encodedDataLength);
      if (!request.url.startsWith(issuer)) return;
      const { pathname, search } = new URL(request.url);
      const line = `${request.method} ${pathname}${search} HTTP/1.1\r\n\r\n`.length;
      const exchange = {
        label: `${request.method} ${pathname}`,
        isPreflight: request.method === 'OPTIONS',
        frame: frameId,
        bytes: line + Buffer.byteLength(request.postData ?? '') + (headersOf.get(requestId) ?? 0),
        isOver: false,
      };
      headersOf.delete(requestId);
      open.set(requestId, exchange);
      seen.push(exchange);
    });
    session.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => {
      const size = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
      const exchange = open.get(requestId);
      if (exchange) exchange.bytes += size;
      else headersOf.set(requestId, size);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => finish(requestId, encodedDataLength));
    session.on('Network.loadingFailed', ({ requestId }) => finish(requestId, 0));
    session.on('Page.frameDetached', ({ frameId }) => gone.add(frameId));
    await session.send('Page.enable');
    await session.send('Network.enable');
  };

  const take = async (): Promise<Traffic> => {
    for (let waited = 0; seen.some((exchange) => isPending(exchange, waited)); waited += STEP_MS) {
      if (waited > PATIENCE_MS)
        throw new Error(`No answer to ${seen.filter(({ isOver }) => !isOver).map(({ label }) => label)}`);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    const exchanges = seen;
    seen = [];
    return {
      requests: exchanges.filter(({ isPreflight }) => !isPreflight).map(({ label }) => label),
      preflights: exchanges.filter(({ isPreflight }) => isPreflight).length,
      bytes: exchanges.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  };

  return { watch, take };
}
