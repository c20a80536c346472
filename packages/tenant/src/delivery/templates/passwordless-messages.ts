import { composeMessage } from './message.tsx';

/** The languages these messages are written in; anything else reads English. */
const words = {
  en: {
    codeSubject: (tenant: string) => `Your code for ${tenant}`,
    codeHeading: 'Your code',
    codeText: 'Enter this code to log in. It works once.',
    linkSubject: (tenant: string) => `Log in to ${tenant}`,
    linkHeading: 'Log in',
    linkText: 'Open the link in the browser you started in. It works once.',
    action: 'Log in',
    address: 'Or open this address:',
    closing: 'If you did not ask for it, do nothing.',
    sms: (tenant: string, code: string) => `Your code for ${tenant} is ${code}`,
    call: (tenant: string, digits: string) => `Hello. Your code for ${tenant} is ${digits}. Again: ${digits}.`,
  },
  de: {
    codeSubject: (tenant: string) => `Ihr Code für ${tenant}`,
    codeHeading: 'Ihr Code',
    codeText: 'Melden Sie sich mit diesem Code an. Er gilt einmal.',
    linkSubject: (tenant: string) => `Anmelden bei ${tenant}`,
    linkHeading: 'Anmelden',
    linkText: 'Öffnen Sie den Link in dem Browser, in dem Sie begonnen haben. Er gilt einmal.',
    action: 'Anmelden',
    address: 'Oder öffnen Sie diese Adresse:',
    closing: 'Wenn Sie das nicht angefordert haben, tun Sie nichts.',
    sms: (tenant: string, code: string) => `Ihr Code für ${tenant} lautet ${code}`,
    call: (tenant: string, digits: string) =>
      `Guten Tag. Ihr Code für ${tenant} lautet ${digits}. Noch einmal: ${digits}.`,
  },
  es: {
    codeSubject: (tenant: string) => `Su código para ${tenant}`,
    codeHeading: 'Su código',
    codeText: 'Introduzca este código para iniciar sesión. Funciona una sola vez.',
    linkSubject: (tenant: string) => `Iniciar sesión en ${tenant}`,
    linkHeading: 'Iniciar sesión',
    linkText: 'Abra el enlace en el navegador en el que empezó. Funciona una sola vez.',
    action: 'Iniciar sesión',
    address: 'O abra esta dirección:',
    closing: 'Si no lo ha pedido, no haga nada.',
    sms: (tenant: string, code: string) => `Su código para ${tenant} es ${code}`,
    call: (tenant: string, digits: string) => `Hola. Su código para ${tenant} es ${digits}. Otra vez: ${digits}.`,
  },
  fr: {
    codeSubject: (tenant: string) => `Votre code pour ${tenant}`,
    codeHeading: 'Votre code',
    codeText: 'Saisissez ce code pour vous connecter. Il ne sert qu’une fois.',
    linkSubject: (tenant: string) => `Connexion à ${tenant}`,
    linkHeading: 'Connexion',
    linkText: 'Ouvrez le lien dans le navigateur où vous avez commencé. Il ne sert qu’une fois.',
    action: 'Se connecter',
    address: 'Ou ouvrez cette adresse :',
    closing: 'Si vous n’avez rien demandé, ne faites rien.',
    sms: (tenant: string, code: string) => `Votre code pour ${tenant} est ${code}`,
    call: (tenant: string, digits: string) =>
      `Bonjour. Votre code pour ${tenant} est ${digits}. Je répète : ${digits}.`,
  },
} as const;

type Language = keyof typeof words;

export function passwordlessCodeMessage(tenantName: string, code: string, language: string | undefined) {
  const chosen = chooseLanguage(language);
  const text = words[chosen];
  return composeMessage(tenantName, {
    language: chosen,
    subject: text.codeSubject(tenantName),
    heading: text.codeHeading,
    paragraphs: [text.codeText],
    code,
    closing: text.closing,
  });
}

export function passwordlessLinkMessage(tenantName: string, url: string, language: string | undefined) {
  const chosen = chooseLanguage(language);
  const text = words[chosen];
  return composeMessage(tenantName, {
    language: chosen,
    subject: text.linkSubject(tenantName),
    heading: text.linkHeading,
    paragraphs: [text.linkText],
    action: { label: text.action, url },
    addressLabel: text.address,
    closing: text.closing,
  });
}

export function passwordlessSms(tenantName: string, code: string, language: string | undefined): string {
  return words[chooseLanguage(language)].sms(tenantName, code);
}

/** Read out by a voice: digit by digit, twice. */
export function passwordlessCall(tenantName: string, code: string, language: string | undefined): string {
  return words[chooseLanguage(language)].call(tenantName, [...code].join(', '));
}

/** `de-CH, fr;q=0.5` -> `de`: the first one there is. */
function chooseLanguage(wanted = ''): Language {
  for (const tag of wanted.split(',')) {
    const primary = tag.trim().split(/[-;]/)[0]?.toLowerCase() ?? '';
    if (primary in words) return primary as Language;
  }
  return 'en';
}
