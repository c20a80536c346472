import { createHttpClient, type HttpClient } from './http-client.ts';

/** What one connection does over and over; `lane` counts the connections from 0. */
export type Work = (client: HttpClient, lane: number) => Promise<void>;

export interface LoadFigures {
  readonly perSecond: number;
  /** HTTP requests for each time the work was done. */
  readonly requests: number;
  readonly count: number;
}

/** As fast as one answer allows the next question, on keep-alive connections. */
export async function measureLoad(work: Work, connections: number, forMs: number): Promise<LoadFigures> {
  const client = createHttpClient(connections);
  const started = performance.now();
  let count = 0;
  try {
    await Promise.all(
      Array.from({ length: connections }, async (_, lane) => {
        while (performance.now() - started < forMs) {
          await work(client, lane);
          count += 1;
        }
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    return { perSecond: count / seconds, requests: client.answered() / count, count };
  } finally {
    client.close();
  }
}
