import { commonRuns } from '../../lib/myers.ts'
import { LineTable, textOf, type Lines } from '../lines.ts'
import type { Finding } from './finding.ts'

/** Tokens that a merge may add or leave out, to keep a list in shape. */
export const separators: ReadonlySet<string> = new Set([',', ';'])

/**
 * Whether a merged text holds what both sides added and lacks what they deleted, counted in tokens of any text: words and single
 * signs. What both sides added, or both deleted, may be one change or two: it cannot be told, and both counts are right.
 */
export function conservation(base: string, left: string, right: string, merged: string): readonly Finding[] {
  const table = new LineTable()
  const before = table.lines(base)
  const inBase = countTokens([base])
  const inMerged = countTokens([merged])
  const inLeft = changesOf(before, table.lines(left))
  const inRight = changesOf(before, table.lines(right))
  const findings: Finding[] = []
  for (const name of new Set([...inBase.keys(), ...inLeft.added.keys(), ...inRight.added.keys(), ...inMerged.keys()])) {
    if (separators.has(name)) continue
    const [added, other] = [inLeft.added.get(name) ?? 0, inRight.added.get(name) ?? 0]
    const [deleted, otherDeleted] = [inLeft.deleted.get(name) ?? 0, inRight.deleted.get(name) ?? 0]
    const known = inBase.get(name) ?? 0
    const count = inMerged.get(name) ?? 0
    const least = known + Math.max(added, other) - deleted - otherDeleted
    const most = known + added + other - Math.max(deleted, otherDeleted)
    if (count < least || count > most) findings.push({ check: 'conservation', name })
  }
  return findings
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
