import { createHash } from 'node:crypto';
import { enhanceDashboard } from './dashboard/dashboard.client.ts';
import { dashboardStyles } from './dashboard/styles.ts';
import { enhancePage } from './page-actions.client.ts';
import { enhancePasskeys } from './passkey.client.ts';
import { enhancePasswordFields } from './password-fields.client.ts';
import { styles } from './styles.ts';

/** A file of the hosted pages: small, same-origin, named by its content, so that it may be cached for ever. */
export interface Asset {
  readonly url: string;
  readonly type: string;
  readonly body: string;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none"><rect width="32" height="32" rx="7" fill="#1d5c49"/><path d="M9 25V14a7 7 0 0 1 14 0v11M7 25h18" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/><path d="M12.5 25V14.6c0-2 1.4-3.6 3.2-4 .7-.2 1.3.4 1.3 1V25z" fill="#fff"/></svg>`;

const script = (enhance: () => void) => `(${enhance})();\n`;

const sources = {
  'pages.css': { type: 'text/css; charset=utf-8', body: styles },
  'dashboard.css': { type: 'text/css; charset=utf-8', body: dashboardStyles },
  'password-fields.js': { type: 'text/javascript; charset=utf-8', body: script(enhancePasswordFields) },
  'page-actions.js': { type: 'text/javascript; charset=utf-8', body: script(enhancePage) },
  'passkey.js': { type: 'text/javascript; charset=utf-8', body: script(enhancePasskeys) },
  'dashboard.js': { type: 'text/javascript; charset=utf-8', body: script(enhanceDashboard) },
  'icon.svg': { type: 'image/svg+xml', body: icon },
};
type AssetName = keyof typeof sources;
/** Scripts of the hosted pages. */
export type ScriptName = Extract<AssetName, 'password-fields.js' | 'page-actions.js' | 'passkey.js'>;

const byName = new Map<string, Asset>();
const byFile = new Map<string, Asset>();
for (const [name, source] of Object.entries(sources)) {
  const hash = createHash('sha256').update(source.body).digest('hex').slice(0, 12);
  const file = name.replace('.', `.${hash}.`);
  const asset = { ...source, url: `/u/assets/${file}` };
  byName.set(name, asset);
  byFile.set(file, asset);
}

export function assetUrl(name: AssetName): string {
  return byName.get(name)?.url ?? '';
}

/** The asset of that hashed file name. */
export function findAsset(file: string): Asset | undefined {
  return byFile.get(file);
}
