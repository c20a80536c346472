/** What every page is told before its script runs. */
export interface PageConfig {
  /** Host and port. */
  readonly domain: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: string;
  /** Not named: the library's default. */
  readonly cacheLocation?: 'memory' | 'localstorage';
  readonly useRefreshTokens?: boolean;
  readonly useDPoP?: boolean;
  /** How far the clock is ahead of the machine's, in milliseconds. */
  readonly aheadMs: number;
}

/** One library, as an app uses it. */
export interface Client {
  /** What an app does when it starts: finish a callback, or look for a session. Resolves with who is signed in. */
  start(): Promise<string | undefined>;
  /** Leaves the page. */
  login(): Promise<unknown>;
  read(): Promise<unknown>;
}

export interface Started {
  readonly email: string | undefined;
  /** From the moment the browser began to fetch the page until the user was known, in milliseconds. */
  readonly ms: number;
}

/** What a page offers to the one who measures. */
export interface BenchPage {
  readonly started: Promise<Started>;
  login(): void;
  /** Moves the clock on. */
  advance(ms: number): void;
  /** Milliseconds that each of `count` times took, in which `reads` were made, one after another. */
  timeReads(count: number, reads: number): Promise<number[]>;
  /** `count` reads at once, begun at `moment`; resolves with the moment (ms since 1970) the last had its token. */
  readAtOnce(count: number, moment: number): Promise<number>;
}

declare global {
  interface Window {
    benchConfig: PageConfig;
    bench: BenchPage;
  }
}

const YIELD_EVERY = 10;

const now = () => performance.timeOrigin + performance.now();

/** Starts the app of this page. */
export function openPage(create: (config: PageConfig) => Client): void {
  const { benchConfig: config } = window;
  setClock(config.aheadMs);
  const client = create(config);
  const started = client.start().then((email) => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    // After redirects (a login) it is later than the navigation's start: what the tenant took is not counted.
    return { email, ms: performance.now() - (navigation?.fetchStart ?? 0) };
  });
  let aheadMs = config.aheadMs;

  window.bench = {
    started,
    login: () => void client.login(),
    advance: (ms) => {
      aheadMs += ms;
      setClock(aheadMs);
    },
    timeReads: async (count, reads) => {
      const times: number[] = [];
      for (let n = 0; n < count; n += 1) {
        const begun = performance.now();
        for (let read = 0; read < reads; read += 1) await client.read();
        times.push(performance.now() - begun);
        // What a read left to do beside it is done before the next are timed.
        if (n % YIELD_EVERY === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      return times;
    },
    readAtOnce: async (count, moment) => {
      await new Promise((resolve) => setTimeout(resolve, moment - now()));
      await Promise.all(Array.from({ length: count }, () => client.read()));
      return now();
    },
  };
}

const machineNow = Date.now.bind(Date);

function setClock(aheadMs: number): void {
  if (aheadMs > 0) Date.now = () => machineNow() + aheadMs;
}

/** Options under the names that postern and react-native-auth0 share. */
export function sharedOptions({ aheadMs: _, ...options }: PageConfig): Omit<PageConfig, 'aheadMs'> {
  return options;
}
