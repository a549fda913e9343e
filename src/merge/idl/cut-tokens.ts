import type { IdlGrammar } from './idl-grammar.ts'

export type TokenClass = 'string' | 'number' | 'word' | 'sign'

export interface Token {
  readonly is: TokenClass
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface CutText {
  readonly tokens: readonly Token[]
  readonly comments: readonly { readonly start: number; readonly end: number }[]
}

const space = /[\s\ufeff]+/y

/** Cuts a text into tokens and comments; what is between them is white space. Any text has tokens. */
export function cutTokens(text: string, { comment, tokens: patterns }: IdlGrammar): CutText {
  const tokens: Token[] = []
  const comments: { start: number; end: number }[] = []
  for (let start = 0; start < text.length;) {
    const part = partAt(text, start, comment, patterns)
    if (part.is === 'comment') comments.push({ start, end: part.end })
    else if (part.is !== 'space') tokens.push({ is: part.is, text: text.slice(start, part.end), start, end: part.end })
    start = part.end
  }
  return { tokens, comments }
}

function partAt(
  text: string,
  start: number,
  comment: RegExp,
  patterns: IdlGrammar['tokens'],
): { readonly is: TokenClass | 'comment' | 'space'; readonly end: number } {
  const { string, number, word } = patterns
  const all = { space, comment, string, number, word }
  for (const is of ['space', 'comment', 'string', 'number', 'word'] as const) {
    const pattern = all[is]
    pattern.lastIndex = start
    const match = pattern.exec(text)
    if (!match || match[0] === '') continue
    const isOpen = Object.values(match.groups ?? {}).some((group) => group !== undefined)
    return { is: isOpen ? 'sign' : is, end: pattern.lastIndex }
  }
  return { is: 'sign', end: start + 1 }
}
