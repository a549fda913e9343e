/** A value of a configuration file by its name: section and key in lower case, the subsection as it is. */
export type ConfigLine = readonly [name: string, value: string]

const sectionLine = /^\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\]|\\.)*)")?\]/
const keyLine = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)/
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', '"': '"', '\\': '\\' }

/** Reads a file as git-config(1) describes it, "Syntax". Undefined for what it does not describe, and for files that include others. */
export function parseConfig(text: string): readonly ConfigLine[] | undefined {
  const lines: ConfigLine[] = []
  let section = ''
  let rest = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  if (rest.includes('\r')) return undefined
  for (;;) {
    rest = rest.replace(/^(?:[ \t\n]|[#;][^\n]*)+/, '')
    if (!rest) return lines
    const head = sectionLine.exec(rest)
    if (head) {
      const [all, name, sub] = head as unknown as [string, string, string | undefined]
      section = name.toLowerCase() + (sub === undefined ? '' : `.${sub.replace(/\\(.)/g, '$1')}`)
      if (section.startsWith('include')) return undefined
      rest = rest.slice(all.length)
      continue
    }
    const key = keyLine.exec(rest)
    if (!key || !section) return undefined
    rest = rest.slice(key[0].length)
    const value = key[2] ? takeValue(rest) : /^[ \t]*(?:\n|$)/.test(rest) ? { text: 'true', length: 0 } : undefined
    if (!value) return undefined
    lines.push([`${section}.${key[1]!.toLowerCase()}`, value.text])
    rest = rest.slice(value.length)
  }
}

/** What git takes for a space: neither form feeds nor those of Unicode. */
function isSpace(character: string): boolean {
  return character === ' ' || character === '\t'
}

/** Up to the end of the line; spaces around it, and comments, count in quotes only. */
function takeValue(rest: string): { readonly text: string; readonly length: number } | undefined {
  let text = ''
  let isQuoted = false
  /** Up to here nothing is trimmed. */
  let kept = 0
  let at = 0
  for (; at < rest.length; at++) {
    const character = rest[at]!
    if (character === '\n') break
    if (!isQuoted && (character === '#' || character === ';')) break
    if (character === '"') isQuoted = !isQuoted
    else if (character === '\\') {
      const next = rest[++at]
      if (next === '\n') continue
      if (next === undefined || !Object.hasOwn(escapes, next)) return undefined
      text += escapes[next]
    } else if (isQuoted || kept || !isSpace(character)) text += character === '\t' && !isQuoted ? ' ' : character
    if (isQuoted || !isSpace(character)) kept = text.length
  }
  if (isQuoted) return undefined
  const lineEnd = rest.indexOf('\n', at)
  const trimmed = text.slice(0, kept)
  // Which of several spaces within a value are kept has changed between versions of git.
  return / {2}/.test(trimmed) ? undefined : { text: trimmed, length: lineEnd < 0 ? rest.length : lineEnd }
}
