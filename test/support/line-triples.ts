import type { SeededRandom } from '../../src/lib/seeded-random.ts'

/** Three texts of one file. */
export interface Triple {
  readonly base: string
  readonly left: string
  readonly right: string
}

/** What texts to make: how many lines, of how many different ones, and how many of 100 are changed. */
export interface TripleShape {
  readonly lines: number
  readonly kinds: number
  readonly changes: number
}

/**
 * Sides that insert, delete and replace lines of their base; few kinds of lines, so that a diff has many ways. Some have CRLF, some mix
 * both, some end without a break.
 */
export function lineTriple(random: SeededRandom, { lines, kinds, changes }: TripleShape): Triple {
  const line = () => {
    const kind = random.below(kinds)
    return kind === 0 ? '\n' : kind === 1 ? '}\n' : `${kind}${random.chance(0.01) ? '\r' : ''}\n`
  }
  const several = (count: number) => Array.from({ length: count }, line)
  const base = several(random.below(lines + 1))
  const edited = () => [
    ...base.flatMap((kept) => {
      const inserted = random.below(300) < changes ? several(1 + random.below(3)) : []
      if (random.below(300) < changes) return inserted
      return [...inserted, random.below(300) < changes ? line() : kept]
    }),
    ...several(random.below(300) < changes ? 2 : 0),
  ]
  const isCrlf = random.chance(0.1)
  const text = (parts: readonly string[]) => {
    const joined = parts.join('')
    const ended = random.chance(0.1) ? joined.replace(/\r?\n$/, '') : joined
    return isCrlf ? ended.replaceAll(/\r?\n/g, '\r\n') : ended
  }
  return { base: text(base), left: text(edited()), right: text(edited()) }
}
