import { Window } from 'happy-dom';

/**
 * A document for React, and nothing more: `fetch` and the rest stay Node's own, so that requests to the tenant are real.
 * Import it before `@testing-library/react`.
 */
const window = new Window({ url: 'http://localhost/' });

Object.assign(globalThis, {
  window,
  document: window.document,
  HTMLElement: window.HTMLElement,
  Node: window.Node,
  MutationObserver: window.MutationObserver,
  IS_REACT_ACT_ENVIRONMENT: true,
});

// A second, which it waits by itself, is not enough on a machine that is busy with other things.
const { configure } = await import('@testing-library/react');
configure({ asyncUtilTimeout: 10_000 });
