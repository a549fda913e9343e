import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { TextChange } from '../src/document/text-diff.ts'
import { SeededRandom } from '../src/lib/seeded-random.ts'
import type { Extent } from './harness.ts'

/** A text that was typed: one change after the other, each in positions of the text then. */
export interface Trace {
  readonly name: string
  readonly start: string
  readonly changes: readonly TextChange[]
}

interface StoredTrace {
  readonly startContent: string
  readonly txns: readonly { readonly patches: readonly (readonly [number, number, string])[] }[]
}

/** Positions in the files count code points, ours UTF-16 units: such traces are left out whose text has surrogates. */
const surrogate = /[\ud800-\udfff]/

/** Real editing histories where they lie (`ANVCS_TRACES`, else `../shared/traces`), a generated one otherwise. */
export function traces(extent: Extent): readonly Trace[] {
  const limit = { quick: 8_000, normal: 10_000, full: 300_000 }[extent]
  const names = extent === 'quick' ? ['rustcode'] : ['automerge-paper', 'rustcode']
  const found = names.flatMap((name) => readTrace(name, limit) ?? [])
  return found.length ? found : [generatedTrace(limit)]
}

/** The longest trace that is here, whole. */
export function longestTrace(extent: Extent): Trace {
  const limit = extent === 'quick' ? 40_000 : 300_000
  return readTrace('automerge-paper', limit) ?? generatedTrace(Math.min(limit, 260_000))
}

function readTrace(name: string, limit: number): Trace | undefined {
  const folder = process.env['ANVCS_TRACES'] ?? join('..', 'shared', 'traces')
  const path = join(folder, `${name}.json.gz`)
  if (!existsSync(path)) return undefined
  const { startContent, txns } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as StoredTrace
  const changes = txns
    .flatMap(({ patches }) => patches)
    .slice(0, limit)
    .map(([at, remove, insert]) => ({ at, remove, insert }))
  if (changes.some(({ insert }) => surrogate.test(insert))) return undefined
  return { name, start: startContent, changes }
}

const words = 'the of and a to in is you that it he was for on are as with his they at be this have from'.split(' ')

/** Somebody who types words, goes back to mend, and jumps elsewhere now and then: the same for the same seed. */
export function generatedTrace(length: number, seed = 1): Trace {
  const random = new SeededRandom(seed)
  const changes: TextChange[] = []
  let size = 0
  let at = 0
  while (changes.length < length) {
    if (random.chance(0.02)) at = random.below(size + 1)
    const back = Math.min(at, random.chance(0.15) ? 1 + random.below(4) : 0)
    for (let i = 0; i < back; i++) changes.push({ at: --at, remove: 1, insert: '' })
    size -= back
    for (const insert of `${random.pick(words)}${random.chance(0.1) ? '\n' : ' '}`) {
      changes.push({ at: at++, remove: 0, insert })
      size++
    }
  }
  return { name: 'generated', start: '', changes: changes.slice(0, length) }
}
