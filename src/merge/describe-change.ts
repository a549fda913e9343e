import { diffLines } from './line-diff.ts'
import { LineTable } from './lines.ts'

/** Steps of one diff; beyond them all lines count as changed. */
const maxSteps = 1 << 22

/** What a side did to a part of the base, in words: `changed 2 lines and added 1`. Without a base it only tells what is there. */
export function describeChange(base: string | undefined, side: string): string {
  const table = new LineTable()
  const [from, to] = [table.lines(base ?? '').ids, table.lines(side).ids]
  if (base === undefined) return to.length === 0 ? 'has nothing here' : `has ${lines(to.length)} here`
  if (base === side) return 'left it as it was'
  if (from.length === 0) return `added ${lines(to.length)}`
  if (to.length === 0) return `deleted ${lines(from.length)}`
  const scratch = { counts: new Uint32Array(table.size), budget: { steps: maxSteps } }
  const changes = diffLines(from, to, scratch) ?? [{ left: 0, leftEnd: from.length, right: 0, rightEnd: to.length }]
  const counts = { changed: 0, added: 0, deleted: 0 }
  for (const { left, leftEnd, right, rightEnd } of changes) {
    const [gone, come] = [leftEnd - left, rightEnd - right]
    counts.changed += Math.min(gone, come)
    counts.added += Math.max(come - gone, 0)
    counts.deleted += Math.max(gone - come, 0)
  }
  const parts = Object.entries(counts).flatMap(([verb, number]) => (number > 0 ? [`${verb} ${lines(number)}`] : []))
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? 'left it as it was')
}

function lines(number: number): string {
  return number === 1 ? '1 line' : `${number} lines`
}
