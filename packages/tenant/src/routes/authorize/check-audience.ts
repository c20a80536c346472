import { refuse } from '../../errors.ts';
import { type Check, RedirectError } from './request.ts';

export const checkAudience: Check = ({ tenant, sent }) => {
  const audience = sent.audience ?? tenant.registry.config.defaultAudience;
  if (audience === undefined || audience === `${tenant.issuer}userinfo`) return {};
  if (tenant.registry.api(audience) === undefined) {
    const known = tenant.registry.config.apis.map((api) => api.identifier);
    const { message, explanation } = refuse.audience(audience, known);
    throw new RedirectError('access_denied', message, { explanation });
  }
  return { audience };
};
