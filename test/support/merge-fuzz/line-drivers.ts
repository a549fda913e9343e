import type { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { lineTriple } from '../line-triples.ts'
import type { MergeDriver } from './merge-driver.ts'

/** Files of no language, with few different lines. */
export const textDriver: MergeDriver = {
  *triples(random) {
    for (;;)
      yield {
        path: 'a.txt',
        telling: /^$/,
        ...lineTriple(random, {
          lines: 5 + random.below(40),
          kinds: 3 + random.below(30),
          changes: 2 + random.below(30),
        }),
      }
  },
  showsOwnLines: true,
  isValid: () => true,
}

export const checksumDriver: MergeDriver = {
  *triples(random) {
    for (;;) {
      const rows = Array.from({ length: random.below(8) }, () => checksum(random))
      yield {
        path: 'go.sum',
        telling: /^$/,
        base: sumOf(rows),
        left: editedSum(random, rows),
        right: editedSum(random, rows),
      }
    }
  },
  isValid(text) {
    const rows = text.split('\n').slice(0, -1)
    const keys = rows.map((row) => row.slice(0, row.lastIndexOf(' ')))
    return rows.every((row) => /^\S+ \S+ h1:\S+$/.test(row)) && new Set(keys).size === keys.length
  },
}

function checksum(random: SeededRandom): string {
  const of = `example.org/m${random.below(12)} v1.${random.below(4)}.0${random.chance(0.5) ? '/go.mod' : ''}`
  return `${of} h1:${of.replaceAll(/\W/g, '')}${random.chance(0.05) ? 'x' : ''}=`
}

/** Sorted, as Go writes it, and each module once. */
function sumOf(rows: readonly string[]): string {
  const byKey = new Map(rows.map((row) => [row.slice(0, row.lastIndexOf(' ')), row]))
  return [...byKey.values()]
    .sort()
    .map((row) => `${row}\n`)
    .join('')
}

function editedSum(random: SeededRandom, rows: readonly string[]): string {
  const kept = rows.filter(() => random.chance(0.85))
  return sumOf([...Array.from({ length: random.below(4) }, () => checksum(random)), ...kept])
}
