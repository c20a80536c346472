/** A text between quotes (not an apostrophe), to its end, the end of its line or of the file; or else a comment. */
const textOrComment =
  /(?<!\w)(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*(?:\1|(?=\n)|\\?$)|`(?:\\[\s\S]|[^\\`])*(?:`|\\?$)|(?<comment>\/\*[\s\S]*?(?:\*\/|$)|(?<!:)\/\/[^\n]*)/g;

/**
 * Code in the manner of C (JavaScript, Gradle) without its comments, each line where it was. Read as text, not parsed: what
 * is between quotes stays, and so does a `//` after a colon, which an address in the text of a page has.
 */
export const withoutComments = (code: string): string =>
  code.replaceAll(textOrComment, (all, ...found) => {
    const { comment } = found.at(-1) as { comment?: string };
    return comment === undefined ? all : comment.replaceAll(/[^\n]+/g, ' ');
  });
