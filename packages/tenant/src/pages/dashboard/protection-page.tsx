/** @jsxImportSource hono/jsx */
import type { Block } from '../../attack-protection/brute-force.ts';
import { type Activity, attemptNames } from '../../attack-protection/suspicious-address.ts';
import type { TenantConfig } from '../../config/schema.ts';
import { ActionForm, type DashboardFrame, DashboardPage, Empty, Moment } from './frame.tsx';

export interface SlowAddress {
  readonly activity: Activity;
  readonly address: string;
  /** Milliseconds: when it gets an attempt back. */
  readonly nextAt: number;
}

interface ProtectionPageProps {
  frame: DashboardFrame;
  blocks: readonly Block[];
  addresses: readonly SlowAddress[];
  settings: TenantConfig['attackProtection'];
}

/** Who is kept out at the moment and why, and the way back in. */
export function ProtectionPage({ frame, blocks, addresses, settings }: ProtectionPageProps) {
  return (
    <DashboardPage
      frame={frame}
      tab="/__tenant/protection"
      lead="Who is kept out at the moment, and why. Everything here also ends by itself when the clock moves on."
    >
      <h2>Blocked after wrong passwords</h2>
      {blocks.length === 0 ? (
        <Empty>{`Nobody. ${settings.maxAttempts} wrong passwords in a row block a log-in.`}</Empty>
      ) : (
        <ul class="rows">
          {blocks.map((block) => (
            <BlockRow frame={frame} block={block} />
          ))}
        </ul>
      )}
      <h2>Addresses that are slowed down</h2>
      {addresses.length === 0 ? (
        <Empty>None. An address that tries many accounts has to wait between attempts.</Empty>
      ) : (
        <ul class="rows">
          {addresses.map(({ activity, address, nextAt }) => (
            <li class="row">
              <div class="row-main">
                <p class="row-title">{address}</p>
                <p class="soft">
                  {`Too many ${attemptNames[activity]}`} · next attempt <Moment at={nextAt} now={frame.now} />
                </p>
              </div>
              <div class="row-actions">
                <ActionForm frame={frame} action="/__tenant/protection/address">
                  <input type="hidden" name="activity" value={activity} />
                  <input type="hidden" name="address" value={address} />
                  <button type="submit" class="small-button" aria-label={`Let ${address} try again`}>
                    Let it try again
                  </button>
                </ActionForm>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Explanations settings={settings} />
    </DashboardPage>
  );
}

function BlockRow({ frame, block }: { frame: DashboardFrame; block: Block }) {
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {block.identifier}
          {block.user === undefined ? <span class="tag">Nobody has this identifier</span> : null}
        </p>
        <p class="soft">
          {block.from === undefined ? 'From everywhere' : `From ${block.from}`} · {block.count} wrong passwords · ends{' '}
          <Moment at={block.until} now={frame.now} />
        </p>
      </div>
      <div class="row-actions">
        <ActionForm frame={frame} action="/__tenant/protection/unblock">
          <input type="hidden" name="key" value={block.key} />
          <button type="submit" class="small-button" aria-label={`Unblock ${block.identifier}`}>
            Unblock
          </button>
        </ActionForm>
      </div>
    </li>
  );
}

/** Three states look alike from an app, and have three ways out. */
function Explanations({ settings }: { settings: TenantConfig['attackProtection'] }) {
  return (
    <section class="panel" aria-labelledby="states-heading">
      <h2 id="states-heading">What an app sees</h2>
      <dl class="states">
        <div>
          <dt>
            <code>too_many_attempts</code>
          </dt>
          <dd>
            {`${settings.maxAttempts} wrong passwords in a row${settings.mode === 'per-user' ? '' : ' from one address'}. Ends with the link in the "blocked_account" mail, a new password, or "Unblock" above.`}
          </dd>
        </div>
        <div>
          <dt>
            <code>password_leaked</code>
          </dt>
          <dd>
            {settings.breachedPasswords.enabled
              ? 'The password is right, but known from a data breach. Ends with a new password; a mail with the link is out.'
              : 'Switched off: passwords known from data breaches are taken.'}
          </dd>
        </div>
        <div>
          <dt>
            <code>unauthorized</code>, "user is blocked"
          </dt>
          <dd>
            Somebody blocked the user on the <a href="/__tenant/users">Users</a> tab or through the control API. Ends
            there.
          </dd>
        </div>
      </dl>
    </section>
  );
}
