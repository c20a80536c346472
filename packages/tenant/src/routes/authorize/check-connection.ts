import { listOf } from '../../errors.ts';
import { type Check, RedirectError } from './request.ts';

export const checkConnection: Check = ({ tenant, client, sent }) => {
  const { connection } = sent;
  if (connection === undefined) return {};
  const known = tenant.registry.connectionsOf(client).map((one) => one.name);
  if (!known.includes(connection)) {
    throw new RedirectError('invalid_request', `the connection was not found: ${connection}`, {
      explanation: `Client ${client.clientId} asked for the connection ${connection}; those it may use: ${listOf(known)}.`,
    });
  }
  return { connection };
};
