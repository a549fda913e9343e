/** Colours and the like (ECMA-48), which a program may print or not. */
// oxlint-disable-next-line no-control-regex
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]/g

/**
 * Lines of an output that none of the others has: what a guard complains of that it did not complain of before. Numbers count for nothing, as
 * line numbers, times and totals are others in every tree.
 */
export function newLines(output: string, others: readonly string[]): ReadonlySet<string> {
  const known = new Set(others.flatMap(linesOf))
  return new Set(linesOf(output).filter((line) => !known.has(line)))
}

/** The lines of an output as they are compared. */
export function linesOf(output: string): readonly string[] {
  return output
    .replace(escapes, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|\d+/g, '#').trim())
    .filter(Boolean)
}
