import type { TextChange } from '../../document/text-diff.ts'
import { commonRuns } from '../../lib/myers.ts'

const maxSteps = 1 << 20

/** Another diff engine than the room's: it replaces whole lines, as Git does, and so types again what stands beside a change. */
export function diffLines(before: string, after: string): readonly TextChange[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const ids = new Map<string, number>()
  const runs = commonRuns(idsOf(old, ids), idsOf(fresh, ids), { steps: maxSteps }) ?? []
  const changes: TextChange[] = []
  let at = 0
  let [left, right] = [0, 0]
  for (const run of [...runs, { left: old.length, right: fresh.length, length: 0 }]) {
    const remove = unitsIn(old.slice(left, run.left))
    const insert = fresh.slice(right, run.right).join('')
    if (remove || insert) changes.push({ at, remove, insert })
    left = run.left + run.length
    right = run.right + run.length
    at += remove + unitsIn(old.slice(run.left, left))
  }
  return changes
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function idsOf(lines: readonly string[], ids: Map<string, number>): Uint32Array {
  return Uint32Array.from(lines, (line) => {
    if (!ids.has(line)) ids.set(line, ids.size)
    return ids.get(line)!
  })
}

function unitsIn(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0)
}
