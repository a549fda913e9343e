/**
 * Control characters but tab and line feed, and what makes a terminal show another order or nothing: line and paragraph separators,
 * marks and overrides of direction, zero-width characters, lone surrogates.
 */
const unshowable = () =>
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/gu

/** Most text is, and the expression above takes a while to be made. */
const showable = /^[\t\n -~]*$/

/** Text of others made fit to be shown: nothing in it can move a cursor, change a color or reorder a line. */
export function escapeMessage(text: string): string {
  return showable.test(text) ? text : text.replace(unshowable(), escaped)
}

/** The same on one line. */
export function escapeLine(text: string): string {
  return escapeMessage(text).replace(/[\t\n]/g, escaped)
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
