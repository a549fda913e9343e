import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import type { MergeText } from '../../../src/merge/merge-text.ts'
import type { GeneratedTriple, MergeDriver } from './merge-driver.ts'
import { judge } from './merge-properties.ts'

export interface ToldTriple {
  readonly triple: GeneratedTriple
  /** From 0. */
  readonly number: number
  readonly result: string
  readonly breaches: readonly string[]
}

export interface Tally {
  readonly clean: number
  readonly conflict: number
  readonly failures: readonly ToldTriple[]
  /** Clean ones of which it is known what both edits make together. */
  readonly composed: number
  /** Those of them that came out otherwise. */
  readonly others: readonly ToldTriple[]
}

export async function runDriver(
  driver: MergeDriver,
  mergeText: MergeText,
  { triples, seed }: { readonly triples: number; readonly seed: number },
): Promise<Tally> {
  const counts = { clean: 0, conflict: 0, composed: 0 }
  const failures: ToldTriple[] = []
  const others: ToldTriple[] = []
  let number = 0
  for (const triple of driver.triples(new SeededRandom(seed))) {
    if (number === triples) break
    const told = { triple, number: number++ }
    try {
      const { status, text, breaches, isOther } = await judge(triple, driver, mergeText)
      counts[status]++
      if (status === 'clean' && triple.together !== undefined) counts.composed++
      if (breaches.length > 0) failures.push({ ...told, result: text, breaches })
      if (isOther) others.push({ ...told, result: text, breaches: ['other than both edits'] })
    } catch (error) {
      failures.push({
        ...told,
        result: '',
        breaches: [`threw ${error instanceof Error ? error.stack : String(error)}`],
      })
    }
  }
  return { ...counts, failures, others }
}

export function showTriple({ triple, number, result, breaches }: ToldTriple): string {
  const { path, base, left, right } = triple
  const parts = { base, left, right, result }
  return [
    `-- ${path}, triple ${number}: ${breaches.join('; ')}`,
    ...Object.entries(parts).flatMap(([name, text]) => [`---- ${name}`, text]),
  ].join('\n')
}
