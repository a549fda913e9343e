import { choose } from './piece.ts'

/** What a text is apart from its lines. */
export interface TextForm {
  readonly byteOrderMark: string
  readonly lineBreak: '\n' | '\r\n'
  readonly endsWithBreak: boolean
}

/** A text with `\n` at the end of every line; undefined where line breaks are mixed. */
export function plainText(text: string): { readonly text: string; readonly form: TextForm } | undefined {
  const byteOrderMark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  let plain = text.slice(byteOrderMark.length)
  const isCrlf = plain.includes('\r')
  if (isCrlf) {
    if (/\r(?!\n)|(?<!\r)\n/.test(plain)) return undefined
    plain = plain.replaceAll('\r\n', '\n')
  }
  const endsWithBreak = plain.endsWith('\n')
  if (!endsWithBreak) plain += '\n'
  return { text: plain, form: { byteOrderMark, lineBreak: isCrlf ? '\r\n' : '\n', endsWithBreak } }
}

/** The form of the result: each part from the side that changed it. */
export function mergedForm(base: TextForm, left: TextForm, right: TextForm): TextForm {
  const pick = <K extends keyof TextForm>(key: K) => choose<TextForm[K]>(base[key], left[key], right[key]) ?? left[key]
  return { byteOrderMark: pick('byteOrderMark'), lineBreak: pick('lineBreak'), endsWithBreak: pick('endsWithBreak') }
}

export function inForm(text: string, { byteOrderMark, lineBreak, endsWithBreak }: TextForm): string {
  const whole = endsWithBreak ? text : text.slice(0, -1)
  return byteOrderMark + (lineBreak === '\n' ? whole : whole.replaceAll('\n', lineBreak))
}
