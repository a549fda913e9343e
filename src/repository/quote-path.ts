import { pathBytes } from '../objects/path-bytes.ts'

const escapes: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
}

/** A path as git prints it (git-config(1), core.quotePath): one with unusual bytes stands in quotes, these as octal numbers. */
export function quotePath(path: string): string {
  const text = Buffer.from(pathBytes(path)).toString('latin1')
  if (!/[\p{Cc}"\\\u0080-\u00ff]/u.test(text)) return text
  const quoted = text.replace(/[\p{Cc}"\\\u0080-\u00ff]/gu, (unit) => {
    const letter = escapes[unit]
    return `\\${letter ?? unit.charCodeAt(0).toString(8).padStart(3, '0')}`
  })
  return `"${quoted}"`
}
