/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { assetUrl } from '../assets.ts';
import { Mark } from '../mark.tsx';
import { formatDistance, formatTime } from './format.ts';

export const tabs = [
  { path: '/__tenant', label: 'Overview' },
  { path: '/__tenant/users', label: 'Users' },
  { path: '/__tenant/sessions', label: 'Sessions' },
  { path: '/__tenant/outbox', label: 'Outbox' },
  { path: '/__tenant/devices', label: 'Devices' },
  { path: '/__tenant/protection', label: 'Protection' },
  { path: '/__tenant/events', label: 'Events' },
  { path: '/__tenant/controls', label: 'Clock & faults' },
] as const;
export type TabPath = (typeof tabs)[number]['path'];

/** What every page of the dashboard knows. */
export interface DashboardFrame {
  readonly tenantName: string;
  readonly issuer: string;
  /** Milliseconds, by the tenant's clock. */
  readonly now: number;
  /** For the hidden field of every form. */
  readonly csrf: string;
  /** What the form that led here did. */
  readonly notice?: { readonly text: string; readonly failed?: boolean } | undefined;
}

interface DashboardPageProps {
  frame: DashboardFrame;
  tab: TabPath;
  /** The sentence below the heading. */
  lead: string;
  children: Child;
}

export function DashboardPage({ frame, tab, lead, children }: DashboardPageProps) {
  const title = tabs.find(({ path }) => path === tab)?.label ?? '';
  return (
    <DashboardDocument title={`${title} · ${frame.tenantName}`}>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header class="top">
        <div class="top-line">
          <span class="top-name">
            <Mark />
            {frame.tenantName}
          </span>
          <span class="badge">
            <span class="badge-dot" aria-hidden="true" />
            Local test tenant
          </span>
        </div>
        <nav aria-label="Dashboard">
          <ul class="tabs">
            {tabs.map(({ path, label }) => (
              <li>
                <a href={path} aria-current={path === tab ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" class="content" tabindex={-1}>
        <div class="content-heading">
          <h1>{title}</h1>
          <p class="soft">{lead}</p>
        </div>
        {frame.notice ? (
          <p class={frame.notice.failed ? 'notice notice-failed' : 'notice'} role="status">
            {frame.notice.text}
          </p>
        ) : null}
        {children}
      </main>
    </DashboardDocument>
  );
}

export function DashboardDocument({ title, children }: { title: string; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={assetUrl('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl('dashboard.css')} />
        <script src={assetUrl('dashboard.js')} defer />
      </head>
      <body>{children}</body>
    </html>
  );
}

/** A form of the dashboard: every change is a POST with the CSRF token, answered by 303. */
export function ActionForm({
  frame,
  action,
  class: className,
  children,
}: {
  frame: DashboardFrame;
  action: string;
  class?: string;
  children: Child;
}) {
  return (
    <form method="post" action={action} class={className}>
      <input type="hidden" name="csrf" value={frame.csrf} />
      {children}
    </form>
  );
}

/** A moment, with how far away it is. */
export function Moment({ at, now }: { at: number; now: number }) {
  return (
    <time datetime={new Date(at).toISOString()} title={`${formatTime(at)} UTC`}>
      {formatDistance(at, now)}
    </time>
  );
}

/** A value that is there to be copied into a configuration. */
export function Copyable({ label, value }: { label: string; value: string }) {
  return (
    <div class="copyable">
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
        <button type="button" class="small-button" data-copy={value} aria-label={`Copy ${label}`} hidden>
          Copy
        </button>
      </dd>
    </div>
  );
}

export function Empty({ children }: { children: Child }) {
  return <p class="empty">{children}</p>;
}
