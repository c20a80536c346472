import { Converter, PageEvent, ReflectionKind } from 'typedoc';

/** Modules are called as one imports them, and guides by their own heading. */
const imports = new Map([
  ['postern/src', 'postern'],
  ['postern/src/index', 'postern'],
  ['postern/src/core', 'postern/core'],
  ['postern/src/node', 'postern/node'],
  ['postern/src/expo', 'postern/expo'],
  ['postern/src/testing', 'postern/testing'],
  ['postern/src/testing-core', 'postern/testing/core'],
  ['tenant/src', '@postern/tenant'],
  ['tenant/src/index', '@postern/tenant'],
  ['tenant/src/testing', '@postern/tenant/testing'],
  ['tenant/src/testing/index', '@postern/tenant/testing'],
  ['tenant/src/testing/playwright', '@postern/tenant/playwright'],
  ['tenant/src/testing/cypress', '@postern/tenant/cypress'],
  ['tenant/src/testing/cypress-tasks', '@postern/tenant/cypress/tasks'],
]);

/** The `# Heading` of a page. */
const headingOf = ([first]) => /^\s*# (.+)\n/.exec(first?.text ?? '')?.[1]?.replaceAll('`', '');

/** A link to a folder of the repository leads nowhere in the site: its words stay. Files are copied into `media/`. */
const folderLink = /<a href="(?:\.\.\/)*media\/[a-z-]+"[^>]*>(.*?)<\/a>/g;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const module of context.project.getReflectionsByKind(ReflectionKind.Module)) {
      const name = module.name.replace(/^packages\//, '');
      module.name = imports.get(name) ?? name;
    }
    for (const document of context.project.documents ?? []) {
      document.name = headingOf(document.content) ?? document.name;
    }
  });
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents
      ?.replaceAll(folderLink, '$1')
      // A wide table scrolls by itself, by keys as well.
      .replaceAll('<table>', '<table tabindex="0">')
      // The theme marks no part of a page as its content.
      .replace('<div class="col-content">', '<div class="col-content" role="main">');
  });
}
