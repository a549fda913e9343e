import { countTokens, separators } from '../checks/conservation.ts'

/**
 * A token whose count is not right. `lost`: a side added it, and it is not there so often, or nobody took it away. `kept`: a side took it away, and it
 * is there. `extra`: it is there more often than both sides account for.
 */
export interface Unconserved {
  readonly name: string
  readonly kind: 'lost' | 'kept' | 'extra'
}

/**
 * What a text that settles one conflict does not conserve. Unlike in a whole file, both sides have changed the same lines here: what each did to a token is
 * how many of it are more or fewer in all.
 */
export function unconserved(base: string, left: string, right: string, settled: string): readonly Unconserved[] {
  const [known, mine, theirs, found] = [base, left, right, settled].map((text) => countTokens([text]))
  const findings: Unconserved[] = []
  for (const name of new Set([base, left, right, settled].flatMap((text) => [...countTokens([text]).keys()]))) {
    if (separators.has(name)) continue
    const before = known!.get(name) ?? 0
    const changes = [mine!, theirs!].map((counts) => (counts.get(name) ?? 0) - before)
    const added = changes.map((change) => Math.max(change, 0))
    const taken = changes.map((change) => Math.max(-change, 0))
    // What both added, or both took away, may be one change or two.
    const least = before + Math.max(...added) - taken[0]! - taken[1]!
    const most = before + added[0]! + added[1]! - Math.max(...taken)
    const count = found!.get(name) ?? 0
    if (count < least) findings.push({ name, kind: 'lost' })
    if (count > most) findings.push({ name, kind: Math.max(...taken) > 0 ? 'kept' : 'extra' })
  }
  return findings
}
