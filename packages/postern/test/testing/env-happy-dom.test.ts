// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { signInHere } from './sign-in-here.ts';

it('known failure 32: a real login works in happy-dom as a test runner sets it up', async () => {
  expect(document.defaultView).toBe(window);
  await signInHere();
});
