import { Window } from 'happy-dom';

/**
 * A document for React, and nothing that Node has itself: the API under test runs in this process, and servers need Node's
 * own `Request` and `Response`. Import it before Testing Library.
 */
export const page = new Window({ url: 'http://localhost/' });

const names = [
  'document',
  'location',
  'HTMLElement',
  'HTMLInputElement',
  'Node',
  'FormData',
  'MutationObserver',
  'Event',
] as const;

Object.assign(globalThis, Object.fromEntries(names.map((name) => [name, page[name]])), {
  window: page,
  IS_REACT_ACT_ENVIRONMENT: true,
});

// A second, which it waits by itself, is not enough on a machine that is busy with other things.
const { configure } = await import('@testing-library/react');
configure({ asyncUtilTimeout: 10_000 });
