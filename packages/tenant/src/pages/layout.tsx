/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { assetUrl, type ScriptName } from './assets.ts';
import { Mark } from './mark.tsx';

/** What every hosted page knows about where it is. */
export interface PageFrame {
  readonly tenantName?: string | undefined;
  readonly clientName?: string | undefined;
}

interface LayoutProps {
  /** What the page is: the first words of its `<title>`. */
  title: string;
  frame: PageFrame;
  /** A form came back with errors: said first in the title, as a screen reader reads that before the page. */
  failed?: boolean;
  /** What improves the page where there is JavaScript; without it the page works as well. */
  script?: ScriptName | readonly ScriptName[];
  children: Child;
}

export function Layout({ title, frame, failed = false, script = [], children }: LayoutProps) {
  const name = frame.tenantName ?? 'Postern';
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${failed ? 'Error: ' : ''}${title} · ${name}`}</title>
        <link rel="icon" href={assetUrl('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl('pages.css')} />
        {[script].flat().map((name) => (
          <script src={assetUrl(name)} defer />
        ))}
      </head>
      <body>
        <div class="stage">
          <header class="brand">
            <Mark />
            <span class="brand-name">{name}</span>
          </header>
          <main class="card">{children}</main>
          <footer class="foot">
            <p class="badge">
              <span class="badge-dot" aria-hidden="true" />
              Local test tenant
            </p>
            <p class="foot-note">Made for development. Do not enter a real password.</p>
          </footer>
        </div>
      </body>
    </html>
  );
}

/** Heading of a card, with the line below it that names the app. */
export function CardHeading({ title, children }: { title: string; children?: Child }) {
  return (
    <div class="heading">
      <h1>{title}</h1>
      {children ? <p class="lead">{children}</p> : null}
    </div>
  );
}
