/** Colours and the like (ECMA-48), which a program may print or not. */
// oxlint-disable-next-line no-control-regex
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]/g

/**
 * Lines that an output has more often than the others together: what a guard complains of that it did not complain of before. Numbers in them count for
 * nothing, as line numbers, times and totals are others in every tree.
 */
export function newLines(output: string, others: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const line of linesOf(output)) counts.set(line, (counts.get(line) ?? 0) + 1)
  for (const line of others.flatMap(linesOf)) counts.set(line, (counts.get(line) ?? 0) - 1)
  return new Set([...counts].flatMap(([line, count]) => (count > 0 ? [line] : [])))
}

/** The lines of an output as they are compared. */
export function linesOf(output: string): readonly string[] {
  return output
    .replace(escapes, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|\d+/g, '#').trim())
    .filter(Boolean)
}
