import { type ComponentType, type ReactNode, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { PageConfig, Started } from '../../browser/page/bench-page.ts';

/** What a component sees of a library. */
export interface Seen {
  readonly email: string | undefined;
  readonly isLoading: boolean;
  readonly login: () => Promise<unknown>;
  readonly read: () => Promise<unknown>;
}

export interface Library {
  readonly Provider: ComponentType<{ readonly config: PageConfig; readonly children: ReactNode }>;
  readonly useLibrary: () => Seen;
}

export interface ReactBenchPage {
  /** How often the component that uses the hook has rendered. */
  readonly renders: () => number;
  /** Renders while `count` reads are made, one after another. */
  readonly rendersOfReads: (count: number) => Promise<number>;
  /**
   * Mounts the provider with a component that uses the hook, `count` times, one after another.
   * Milliseconds of the main thread that each took, and until each knew that nobody is signed in.
   */
  readonly timeMounts: (count: number) => Promise<{ readonly mount: number[]; readonly known: number[] }>;
}

declare global {
  interface Window {
    reactBench: ReactBenchPage;
  }
}

/** A task of its own, so that what a read does to the state is rendered before the next. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve));

export function openReactPage({ Provider, useLibrary }: Library): void {
  const { benchConfig: config } = window;
  let seen: Seen | undefined;
  let renders = 0;
  let tell: (started: Started) => void;
  const started = new Promise<Started>((resolve) => {
    tell = resolve;
  });

  function Probe() {
    seen = useLibrary();
    renders += 1;
    const { isLoading, email } = seen;
    useEffect(() => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      if (!isLoading) tell({ email, ms: performance.now() - (navigation?.fetchStart ?? 0) });
    }, [isLoading, email]);
    return null;
  }

  const current = () => {
    if (!seen) throw new Error('Nothing is rendered yet.');
    return seen;
  };

  createRoot(document.body.appendChild(document.createElement('div'))).render(
    <Provider config={config}>
      <Probe />
    </Provider>,
  );

  window.bench = {
    started,
    login: () => void current().login(),
    advance: () => {
      throw new Error('Nothing expires here.');
    },
    timeReads: () => Promise.reject(new Error('Reads are timed without React.')),
    readAtOnce: () => Promise.reject(new Error('Reads are timed without React.')),
  };
  window.reactBench = {
    renders: () => renders,
    rendersOfReads: async (count) => {
      const before = renders;
      for (let n = 0; n < count; n += 1) {
        await current().read();
        await nextTask();
      }
      return renders - before;
    },
    timeMounts: async (count) => {
      const [mount, known]: [number[], number[]] = [[], []];
      for (let n = 0; n < count; n += 1) {
        const one = await timeMount(config, { Provider, useLibrary });
        mount.push(one.mount);
        known.push(one.known);
      }
      return { mount, known };
    },
  };
}

async function timeMount(config: PageConfig, { Provider, useLibrary }: Library) {
  let tellKnown: () => void;
  const isKnown = new Promise<void>((resolve) => {
    tellKnown = resolve;
  });
  function Watcher() {
    const { isLoading } = useLibrary();
    useEffect(() => {
      if (!isLoading) tellKnown();
    }, [isLoading]);
    return null;
  }
  const root = createRoot(document.createElement('div'));
  const begun = performance.now();
  flushSync(() =>
    root.render(
      <Provider config={config}>
        <Watcher />
      </Provider>,
    ),
  );
  const mount = performance.now() - begun;
  await isKnown;
  const known = performance.now() - begun;
  root.unmount();
  await nextTask();
  return { mount, known };
}
