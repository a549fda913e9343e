import assert from 'node:assert/strict'
import type { FeedId, FileId } from '../../../src/contracts/ids.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import type { EvaluationSource } from '../../../src/history/evaluator.ts'
import { FileLog } from '../../../src/history/file-log.ts'
import type { FileState } from '../../../src/history/file-state.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'

export const file = 'f'.repeat(32) as FileId
export const feeds = ['a', 'b', 'c'].map((digit) => digit.repeat(32) as FeedId)

/** A file in which several type and now and then hear from each other, with states of it and what each writer saw there. */
export function typedFile(seed: number): {
  readonly source: EvaluationSource
  readonly seen: readonly { readonly state: FileState; readonly text: string }[]
} {
  const random = new SeededRandom(seed)
  const log = new FileLog(file, undefined)
  const writers = feeds.map(() => ({
    document: TextDocument.seed('', 0),
    counts: new Map<FeedId, number>(),
    lamport: 0,
  }))
  const updates = feeds.map((): { update: Uint8Array; lamport: number }[] => [])
  const seen: { state: FileState; text: string }[] = []
  for (let i = 0; i < 60; i++) {
    const at = random.below(feeds.length)
    const writer = writers[at]!
    if (random.chance(0.3)) {
      const news = feeds.flatMap((feed, other) => updates[other]!.slice(writer.counts.get(feed) ?? 0))
      writer.document.apply(news.map(({ update: told }) => told))
      for (const [other, feed] of feeds.entries())
        if (updates[other]!.length) writer.counts.set(feed, updates[other]!.length)
      writer.lamport = Math.max(writer.lamport, ...news.map(({ lamport }) => lamport))
    }
    const { length } = writer.document
    const place = random.below(length + 1)
    const remove = Math.min(random.below(3), length - place)
    const update = writer.document.edit(at + 1, [{ at: place, remove, insert: random.pick(['x', 'yy', 'word ']) }])
    const operation = { feed: feeds[at]!, number: updates[at]!.length, lamport: ++writer.lamport }
    log.add({ ...operation, type: 'text', update, clock: 0 })
    updates[at]!.push({ update, lamport: writer.lamport })
    writer.counts.set(feeds[at]!, updates[at]!.length)
    seen.push({ state: { counts: new Map(writer.counts), authors: [] }, text: writer.document.text })
  }
  const noAuthor = (): never => assert.fail('nobody else has typed')
  const source: EvaluationSource = {
    log: () => log,
    author: noAuthor,
    // What a writer had seen is told by its update alone where all are honest.
    clocks: { before: () => () => undefined as never, lamportOf: noAuthor, knew: noAuthor },
    textOfBlob: noAuthor,
    authorClient: noAuthor,
    seedClient: noAuthor,
  }
  return { source, seen }
}
