/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { TenantContext } from '../context.ts';
import { MessagePage } from '../pages/message-page.tsx';
import { renderPage } from '../pages/render-page.tsx';
import type { Interaction } from '../sessions/interactions.ts';
import { type DeviceDecision, decideDevice } from './device-codes.ts';

/** The login of a device ends on a page of the tenant: the device hears of it when it polls. */
export async function finishDevice(
  tenant: TenantContext,
  c: Context,
  { client, params }: Interaction,
  decision: DeviceDecision,
): Promise<Response> {
  const { device } = params;
  const counted = device !== undefined && (await decideDevice(tenant, device, decision));
  const frame = { tenantName: tenant.registry.config.name, clientName: client.name };
  if (!counted) {
    return renderPage(
      c,
      <MessagePage
        frame={frame}
        title="This code no longer works"
        symbol="trouble"
        message="It has expired, or was answered already. Start again on the device."
      />,
      { status: 400 },
    );
  }
  const allowed = decision.kind === 'allowed';
  tenant.events.record({
    type: allowed ? 'device.allowed' : 'device.denied',
    outcome: allowed ? 'success' : 'failure',
    sentence: allowed
      ? `User ${decision.userId} allowed a device of client ${client.clientId}, scope "${decision.scope.join(' ')}".`
      : `The device of client ${client.clientId} was not allowed: ${decision.description}`,
    clientId: client.clientId,
    ...(allowed ? { userId: decision.userId } : {}),
  });
  return renderPage(
    c,
    allowed ? (
      <MessagePage
        frame={frame}
        title="Your device is connected"
        symbol="check"
        message="It goes on by itself within a few seconds. You may close this page."
      />
    ) : (
      <MessagePage
        frame={frame}
        title="The device was not connected"
        symbol="trouble"
        message="Nothing was allowed. You may close this page."
        detail={decision.description}
      />
    ),
  );
}
