import type { LineRange } from './merge-result.ts'

/** A conflict as its markers show it. The texts are whole lines. */
export interface MarkedConflict {
  /** Markers included. */
  readonly lines: LineRange
  /** As it stands, markers included. */
  readonly whole: string
  readonly left: string
  /** In the styles `diff3` and `zdiff3`. */
  readonly base?: string
  readonly right: string
}

/** A text as its parts: what stands outside of markers, and the conflicts. */
export type MarkedPiece = string | MarkedConflict

type Part = 'left' | 'base' | 'right'

/** What a marker of each sign begins, and after which parts. */
const marks: Readonly<
  Record<string, { readonly after: readonly (Part | 'outside')[]; readonly begins: Part | 'outside' }>
> = {
  '<': { after: ['outside'], begins: 'left' },
  '|': { after: ['left'], begins: 'base' },
  '=': { after: ['left', 'base'], begins: 'right' },
  '>': { after: ['right'], begins: 'outside' },
}

/**
 * Takes a text with Git's conflict markers apart; a text without any is one piece. Lines that look like markers where none can stand are text. Undefined
 * where a conflict does not end, or another begins in it: then nobody can say what belongs to whom.
 */
export function readMarkers(text: string, markerSize: number): readonly MarkedPiece[] | undefined {
  const marker = new RegExp(`^([<|=>])\\1{${markerSize - 1}}(?= |\\r?\\n?$)`)
  const pieces: MarkedPiece[] = []
  let at: Part | 'outside' = 'outside'
  let outside = ''
  let parts: Partial<Record<Part, string>> = {}
  let from = 0
  let whole = ''
  for (const [line, content] of (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
    const sign = marker.exec(content)?.[1]
    const mark = sign === undefined ? undefined : marks[sign]
    if (sign === '<' && at !== 'outside') return undefined
    if (at !== 'outside') whole += content
    if (!mark?.after.includes(at)) {
      if (at === 'outside') outside += content
      else parts[at] += content
      continue
    }
    if (at === 'outside') {
      if (outside) pieces.push(outside)
      ;[outside, parts, from, whole] = ['', {}, line, content]
    }
    at = mark.begins
    if (at !== 'outside') parts[at] = ''
    else pieces.push({ lines: { from, end: line + 1 }, whole, left: '', right: '', ...parts })
  }
  if (at !== 'outside') return undefined
  return outside ? [...pieces, outside] : pieces
}

/** The text with each conflict as it was settled. */
export function settledText(pieces: readonly MarkedPiece[], settle: (conflict: MarkedConflict) => string): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : settle(piece))).join('')
}

/** What is taken of a conflict: one side, or the left and then the right. */
export type ConflictChoice = 'left' | 'right' | 'union'

/** The text of a conflict by a choice. */
export function chosenText({ left, right }: MarkedConflict, choice: ConflictChoice): string {
  if (choice === 'union') return left === right ? left : left + right
  return choice === 'left' ? left : right
}
