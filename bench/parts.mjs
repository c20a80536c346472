/** What `npm run bench` measures, in the order of docs/benchmarks.md; each is a folder here. */
export const parts = ['bytes', 'browser', 'react', 'tenant', 'growth'];
