import type { Answers, AskedCode, PageName } from './answers.ts';
import type { ShownPage } from './browser.ts';
import type { HtmlForm } from './html-page.ts';

/** The next thing a person does. */
export type Move =
  | { readonly kind: 'send'; readonly form: HtmlForm; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'follow'; readonly href: string };

/** A page that the script cannot deal with; `message` says what it asks for, and what to give. */
export class ScriptedUserAgentError extends Error {
  override readonly name = 'ScriptedUserAgentError';
  /** Path of the page. */
  readonly page: string;
  constructor(page: Pick<ShownPage, 'heading' | 'url'>, problem: string) {
    super(`The page "${page.heading}" (${page.url.pathname}) ${problem}`);
    this.page = page.url.pathname;
  }
}

const names: readonly (readonly [RegExp, PageName])[] = [
  [/^\/u\/login$/, 'login'],
  [/^\/u\/signup$/, 'signup'],
  [/^\/u\/passwordless\//, 'passwordless'],
  [/^\/u\/mfa(\/|$)/, 'mfa'],
  [/^\/u\/consent$/, 'consent'],
  [/^\/u\/select-account$/, 'select-account'],
  [/^\/idp\//, 'provider'],
];

export const nameOf = ({ url }: ShownPage): PageName =>
  names.find(([pattern]) => pattern.test(url.pathname))?.[1] ?? 'other';

/** Presses the button that leaves without finishing. */
export function cancelPage(page: ShownPage): Move {
  return press(page, ({ name, value }) => name === 'action' && value === 'cancel', {}, 'has no button to cancel.');
}

/** What the answers say to this page. */
export async function answerPage(page: ShownPage, answers: Answers): Promise<Move> {
  switch (nameOf(page)) {
    case 'login':
      return answerLogin(page, answers);
    case 'signup':
      return answerSignup(page, answers);
    case 'passwordless':
      return page.forms.some(({ types }) => 'address' in types)
        ? answerAddress(page, answers)
        : answerCode(page, answers, page.text.includes('@') ? 'email' : 'sms');
    case 'mfa':
      return answerMfa(page, answers);
    case 'consent': {
      if (!answers.consent)
        throw new ScriptedUserAgentError(page, "asks for consent. Give `consent: 'allow'` or `'deny'`.");
      return answers.consent === 'deny' ? cancelPage(page) : pressAction(page, 'allow');
    }
    case 'select-account':
      return answers.account === 'another'
        ? follow(page, (text) => /another account/i.test(text))
        : pressAction(page, 'continue');
    case 'provider': {
      const { provider } = answers;
      if (!provider)
        throw new ScriptedUserAgentError(page, 'asks who you are there. Give `provider: { email, name }`.');
      return pressAction(page, 'other', { email: provider.email, name: provider.name ?? provider.email });
    }
    default:
      throw new ScriptedUserAgentError(
        page,
        `is none a scripted person knows (status ${page.status}).${page.text ? ` It says: ${page.text}` : ''}`,
      );
  }
}

function answerLogin(page: ShownPage, { user, signUp, way }: Answers): Move {
  if (way) {
    const wanted = `continue with ${way}`.toLowerCase();
    const offered = page.links
      .map(({ text }) => /continue with (.*)/i.exec(text)?.[1])
      .filter((name) => name !== undefined);
    return follow(
      page,
      (text) => text.toLowerCase().endsWith(wanted),
      `offers no way called "${way}", but: ${offered.join(', ') || 'none'}.`,
    );
  }
  if (signUp) return follow(page, (text) => /create an account|sign up/i.test(text), 'has no link to sign up.');
  const username = user?.login ?? user?.email;
  if (!username || user?.password === undefined)
    throw new ScriptedUserAgentError(
      page,
      'asks for a password. Give `user: { email, password }`, or `signUp` or `way`.',
    );
  return pressAction(page, 'login', { username, password: user.password });
}

function answerSignup(page: ShownPage, { signUp }: Answers): Move {
  if (!signUp) throw new ScriptedUserAgentError(page, 'asks for a new account. Give `signUp: { email, password }`.');
  const { email, password, username = email.split('@')[0] ?? email } = signUp;
  const asksUsername = page.forms.some(({ types }) => 'username' in types);
  return pressAction(page, 'signup', { email, password, ...(asksUsername && { username }) });
}

/** Where a code is to be sent. */
function answerAddress(page: ShownPage, { user, phoneNumber }: Answers): Move {
  const isPhone = page.forms.some(({ types }) => types.address === 'tel');
  const address = isPhone ? phoneNumber : user?.email;
  if (!address)
    throw new ScriptedUserAgentError(
      page,
      `asks where to send a code. Give \`${isPhone ? 'phoneNumber' : 'user: { email }'}\`.`,
    );
  const send = ['code', 'sms', 'email', 'voice'];
  return press(page, ({ name, value }) => name === 'action' && send.includes(value), { address });
}

const factorLinks: Readonly<Record<AskedCode['kind'], RegExp>> = {
  otp: /authenticator app/i,
  sms: /text message|phone/i,
  voice: /phone/i,
  email: /^e?-?mail/i,
  push: /device/i,
  'recovery-code': /recovery code/i,
};

async function answerMfa(page: ShownPage, answers: Answers): Promise<Move> {
  const [, kind] = /\/(otp|sms|voice|email|push|recovery-code)$/.exec(page.url.pathname) ?? [];
  if (page.url.pathname.endsWith('/new-recovery-code')) return pressAction(page, 'saved', { saved: 'yes' });
  if (page.forms.some(({ types }) => 'address' in types)) return answerAddress(page, answers);
  if (
    kind !== undefined &&
    page.forms.some(({ buttons }) => buttons.some(({ value }) => /^(verify|check)$/.test(value)))
  ) {
    const { factor } = answers;
    const other = page.links.find(({ text }) => /another way/i.test(text));
    if (factor && factor !== kind && other && !page.url.pathname.includes('/enroll/'))
      return { kind: 'follow', href: other.href };
    return answerCode(page, answers, kind as AskedCode['kind']);
  }
  return chooseFactor(page, answers);
}

function chooseFactor(page: ShownPage, { factor }: Answers): Move {
  const buttons = page.forms.flatMap((form) =>
    form.buttons.filter(({ value }) => value !== 'cancel').map((button) => ({ form, button })),
  );
  const links = page.links.filter(({ text }) => Object.values(factorLinks).some((pattern) => pattern.test(text)));
  const offered = [...buttons.map(({ button }) => button.text), ...links.map(({ text }) => text)].join(', ');
  if (!factor)
    throw new ScriptedUserAgentError(
      page,
      `offers second factors (${offered}). Give \`factor\`: 'otp', 'sms', 'email' …`,
    );
  const pressed = buttons.find(({ button }) => factorLinks[factor].test(button.text));
  if (pressed) return { kind: 'send', form: pressed.form, fields: { [pressed.button.name]: pressed.button.value } };
  return follow(
    page,
    (text) => factorLinks[factor].test(text),
    `does not offer the factor "${factor}", but: ${offered}.`,
  );
}

async function answerCode(page: ShownPage, { code }: Answers, kind: AskedCode['kind']): Promise<Move> {
  if (code === undefined) {
    const asked = kind === 'push' ? 'waits for an answer on a device' : `asks for a code (${kind})`;
    throw new ScriptedUserAgentError(
      page,
      `${asked}. Give \`code\`: the code, a function, or \`tenant.codesFor(user)\`.`,
    );
  }
  const value = typeof code === 'string' ? code : await code({ kind, page: page.url.pathname });
  return kind === 'push' ? pressAction(page, 'check') : pressAction(page, 'verify', { code: value });
}

const pressAction = (page: ShownPage, action: string, fields: Readonly<Record<string, string>> = {}) =>
  press(page, ({ name, value }) => name === 'action' && value === action, fields);

function press(
  page: ShownPage,
  isMeant: (button: HtmlForm['buttons'][number]) => boolean,
  fields: Readonly<Record<string, string>>,
  otherwise = 'has not the form that a person would fill in here.',
): Move {
  for (const form of page.forms) {
    const button = form.buttons.find(isMeant);
    if (button) return { kind: 'send', form, fields: { ...fields, [button.name]: button.value } };
  }
  throw new ScriptedUserAgentError(page, otherwise);
}

function follow(page: ShownPage, isMeant: (text: string) => boolean, otherwise = 'has no such link.'): Move {
  const link = page.links.find(({ text }) => isMeant(text));
  if (!link) throw new ScriptedUserAgentError(page, otherwise);
  return { kind: 'follow', href: link.href };
}
