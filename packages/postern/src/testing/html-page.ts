/** What a person sees of a page, as far as they can act on it. */
export interface HtmlPage {
  readonly heading: string;
  /** What the page says went wrong, or ''. */
  readonly alert: string;
  /** What it says below the heading, and in small print. */
  readonly text: string;
  readonly forms: readonly HtmlForm[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

export interface HtmlForm {
  readonly action: string;
  readonly method: string;
  /** Every field with what it holds; boxes that are not ticked are left out. */
  readonly fields: Readonly<Record<string, string>>;
  /** Type of every field, ticked or not. */
  readonly types: Readonly<Record<string, string>>;
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly text: string }[];
}

/** Reads the pages of a login: forms without script, attributes in double quotes. It is no browser. */
export function readPage(html: string): HtmlPage {
  return {
    heading: textOf(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? /<title>([\s\S]*?)<\/title>/.exec(html)?.[1] ?? ''),
    alert: textOf(/role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(html)?.[1] ?? ''),
    text: textOf(
      [...html.matchAll(/<p class="(?:lead|detail)"[^>]*>([\s\S]*?)<\/p>/g)].map(([, text]) => text).join(' '),
    ),
    forms: [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, own = '', content = '']) =>
      readForm(attributesOf(own), content),
    ),
    links: [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)].map(([, own = '', content = '']) => ({
      href: attributesOf(own).href ?? '',
      text: textOf(content),
    })),
  };
}

function readForm(form: Attributes, content: string): HtmlForm {
  const inputs = [...content.matchAll(/<input\b([^>]*?)\/?>/g)].map(([, own = '']) => attributesOf(own));
  const named = inputs.flatMap(({ name, type = 'text', value = '', ...rest }) =>
    name === undefined ? [] : [{ name, type, value, isLeftOut: type === 'checkbox' && !('checked' in rest) }],
  );
  return {
    action: form.action ?? '',
    method: (form.method ?? 'get').toUpperCase(),
    fields: Object.fromEntries(named.flatMap(({ name, value, isLeftOut }) => (isLeftOut ? [] : [[name, value]]))),
    types: Object.fromEntries(named.map(({ name, type }) => [name, type])),
    buttons: [...content.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/g)].map(([, own = '', text = '']) => {
      const { name = '', value = '' } = attributesOf(own);
      return { name, value, text: textOf(text) };
    }),
  };
}

type Attributes = Readonly<Record<string, string>>;

function attributesOf(text: string): Attributes {
  const found = [...text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decodeEntities(value)]));
}

const textOf = (html: string) =>
  decodeEntities(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
const decodeEntities = (text: string) =>
  text.replace(/&([a-z]+|#\w+);/g, (whole, name: string) => entities[name] ?? whole);
