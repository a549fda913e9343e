import { changesBetween, commonRuns } from '../../lib/myers.ts'
import { textOf, type Lines } from '../lines.ts'
import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/** Tokens that a merge may add or leave out, to keep a list in shape. */
export const separators: ReadonlySet<string> = new Set([',', ';'])

/**
 * Whether a merged text holds what both sides added and lacks what they deleted, counted in tokens of any text: words and single
 * signs. What both sides added, or both deleted, may be one change or two: it cannot be told, and both counts are right. What one side touched nowhere stands as
 * often as the other side has it.
 */
export function conservation(
  { base, left, right }: Record<keyof Sources, Counted>,
  merged: Counted,
): readonly Finding[] {
  const before = base.lines
  const more = addedTokens(before, merged.lines)
  const inLeft = new TokenChanges(before, left.lines)
  const inRight = new TokenChanges(before, right.lines)
  const isLost = (name: string): boolean => {
    if (separators.has(name)) return false
    const [added, other] = [inLeft.added.get(name) ?? 0, inRight.added.get(name) ?? 0]
    const [deleted, otherDeleted] = [inLeft.deleted.get(name) ?? 0, inRight.deleted.get(name) ?? 0]
    const count = more.get(name) ?? 0
    const isOther = (side: TokenChanges, untouched: TokenChanges): boolean =>
      count !== side.more(name) && !untouched.isTouched(name)
    if (isOther(inLeft, inRight) || isOther(inRight, inLeft)) return true
    const least = Math.max(added, other) - deleted - otherDeleted
    const most = added + other - Math.max(deleted, otherDeleted)
    return count < least || count > most
  }
  const changed = [inLeft.added, inRight.added, inLeft.deleted, inRight.deleted, more].flatMap((counts) => [
    ...counts.keys(),
  ])
  if (!changed.some(isLost)) return []
  const added = [inLeft.added, inRight.added].flatMap((counts) => [...counts.keys()])
  const inOrder = new Set([...countTokens([base.text]).keys(), ...added, ...countTokens([merged.text]).keys()])
  return [...inOrder].filter(isLost).map((name) => ({ check: 'conservation', name }))
}

type Counted = Pick<Source, 'text' | 'lines'>

/** How many more of each token a text has than another one, or less, by the lines that one has more often: a token ends with its line. */
function addedTokens(before: Lines, after: Lines): Counts {
  const more: number[] = []
  for (const id of after.ids) more[id] = (more[id] ?? 0) + 1
  for (const id of before.ids) more[id] = (more[id] ?? 0) - 1
  const counts = new Map<string, number>()
  for (const lines of [before, after])
    for (const [line, id] of lines.ids.entries()) {
      if (more[id] === 0) continue
      for (const [token, count] of countTokens([textOf(lines, line, line + 1)]))
        counts.set(token, (counts.get(token) ?? 0) + count * more[id]!)
      more[id] = 0
    }
  return counts
}

/** By token. */
export type Counts = ReadonlyMap<string, number>

/** What a side did to tokens: those of the lines that it added, and of those that it deleted. */
class TokenChanges {
  readonly added: Counts
  readonly deleted: Counts
  readonly #places: readonly (readonly [before: string, after: string])[]
  #touched: ReadonlySet<string> | undefined

  constructor(before: Lines, after: Lines) {
    const runs = commonRuns(before.ids, after.ids, { steps: 1 << 24 }) ?? []
    this.#places = changesBetween(runs, before.ids, after.ids).map(({ left, leftEnd, right, rightEnd }) => [
      textOf(before, left, leftEnd),
      textOf(after, right, rightEnd),
    ])
    this.deleted = countTokens(this.#places.map(([text]) => text))
    this.added = countTokens(this.#places.map(([, text]) => text))
  }

  /** How much more often a token stands than before. */
  more(name: string): number {
    return (this.added.get(name) ?? 0) - (this.deleted.get(name) ?? 0)
  }

  /** Is a token gone from some place, or new there, or both? */
  isTouched(name: string): boolean {
    this.#touched ??= new Set(
      this.#places.flatMap(([before, after]) => touchedTokens(tokensOf(before), tokensOf(after))),
    )
    return this.#touched.has(name)
  }
}

/** All tokens but those that are kept; where the texts differ too much to be compared those too. */
function touchedTokens(before: readonly string[], after: readonly string[]): readonly string[] {
  const ids = new Map<string, number>()
  const idOf = (token: string): number => ids.get(token) ?? (ids.set(token, ids.size), ids.size - 1)
  const runs = commonRuns(Uint32Array.from(before, idOf), Uint32Array.from(after, idOf), { steps: 1 << 16 }) ?? []
  return changesBetween(runs, before, after).flatMap(({ left, leftEnd, right, rightEnd }) => [
    ...before.slice(left, leftEnd),
    ...after.slice(right, rightEnd),
  ])
}

/** Words and single signs of some texts, and how often each is there. */
export function countTokens(texts: readonly string[]): Counts {
  const counts = new Map<string, number>()
  for (const text of texts) for (const token of tokensOf(text)) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

function tokensOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_$]+|\S/gu) ?? []
}
