import { commonRuns } from '../../lib/myers.ts'
import { textOf, type Lines } from '../lines.ts'
import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/** Tokens that a merge may add or leave out, to keep a list in shape. */
export const separators: ReadonlySet<string> = new Set([',', ';'])

/**
 * Whether a merged text holds what both sides added and lacks what they deleted, counted in tokens of any text: words and single
 * signs. What both sides added, or both deleted, may be one change or two: it cannot be told, and both counts are right.
 */
export function conservation({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const before = base.lines
  const more = addedTokens(before, merged.lines)
  const inLeft = changesOf(before, left.lines)
  const inRight = changesOf(before, right.lines)
  const isLost = (name: string): boolean => {
    if (separators.has(name)) return false
    const [added, other] = [inLeft.added.get(name) ?? 0, inRight.added.get(name) ?? 0]
    const [deleted, otherDeleted] = [inLeft.deleted.get(name) ?? 0, inRight.deleted.get(name) ?? 0]
    const count = more.get(name) ?? 0
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

/** The tokens of the lines that a side added, and of those that it deleted. */
function changesOf(before: Lines, after: Lines): { readonly added: Counts; readonly deleted: Counts } {
  const runs = commonRuns(before.ids, after.ids, { steps: 1 << 24 }) ?? []
  const deleted = without(
    before,
    runs.map(({ left, length }) => [left, length]),
  )
  const added = without(
    after,
    runs.map(({ right, length }) => [right, length]),
  )
  return { added: countTokens(added), deleted: countTokens(deleted) }
}

function without(lines: Lines, runs: readonly (readonly [number, number])[]): readonly string[] {
  const rest: string[] = []
  let at = 0
  for (const [from, length] of runs) {
    rest.push(textOf(lines, at, from))
    at = from + length
  }
  return [...rest, textOf(lines, at, lines.ids.length)]
}

/** Words and single signs of some texts, and how often each is there. */
export function countTokens(texts: readonly string[]): Counts {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const [token] of text.matchAll(/[\p{L}\p{N}_$]+|\S/gu)) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}
