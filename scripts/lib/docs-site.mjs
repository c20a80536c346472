import { installApart } from './install-apart.mjs';
import { fromRoot } from './paths.mjs';

/**
 * What makes the site and its diagrams. It is installed when it is first asked for, apart from the workspace, whose compiler is
 * newer than the one the generator needs.
 */
export const docsSite = fromRoot('docs-site');

export const installDocsSite = () => installApart(docsSite, 'the generator');
