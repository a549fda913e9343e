import type { TreeDifference } from '../../objects/tree-diff.ts'
import type { TreeChange } from '../../objects/tree-edit.ts'

/** Runs that are spent on one failure. */
const maxProbes = 10
/** Files that are told where there was no time to find the one. */
const maxSuspects = 20

/**
 * Which of the changed files brings a failure that all of them together have, and none of them has not: by bisection of the list in its order. `fails`
 * tells whether some of the changes bring it. Whatever depends on a file that comes later fails otherwise, which does not count, until that one is there.
 */
export async function findSuspects(
  differences: readonly TreeDifference[],
  fails: (changes: readonly TreeChange[]) => Promise<boolean>,
): Promise<readonly string[]> {
  const changes = differences.map(({ path, after }) => ({ path, entry: after }))
  let [good, bad] = [0, changes.length]
  for (let probe = 0; bad - good > 1 && probe < maxProbes; probe++) {
    const middle = (good + bad) >> 1
    if (await fails(changes.slice(0, middle))) bad = middle
    else good = middle
  }
  return changes
    .slice(good, bad)
    .map(({ path }) => path)
    .slice(0, maxSuspects)
}
