import type { FileId, ObjectId } from '../contracts/ids.ts'
import { utf8 } from '../lib/bytes.ts'
import { groupBy } from '../lib/group-by.ts'
import { leastSimilarity, lineBytesOf, similarityOf, type LineBytes } from '../lib/line-similarity.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'

/** A file that is no longer where it was, and its blob in the parents. */
export interface RemovedFile {
  readonly file: FileId
  readonly entry: ObjectId | undefined
}

interface Pair {
  readonly file: FileId
  readonly target: TreeValue
  readonly similarity: number
}

/** Pairs of a removed and an added file that are compared, and the length of a text that is: a verdict rests on it. */
const maxSimilarPairs = 400
const maxComparedUnits = 262_144

/**
 * The removed files that lie elsewhere in a commit now: where blobs are equal, and of the other texts where half of the lines are; each only
 * if no other file is as good a partner, on either side.
 */
export function outsideRenames(
  history: RoomHistory,
  removed: readonly RemovedFile[],
  added: readonly TreeValue[],
): ReadonlyMap<FileId, TreeValue> {
  const out = new Map<FileId, TreeValue>()
  const olds = groupBy(removed, ({ entry }) => entry)
  const news = groupBy(added, ({ entry }) => entry)
  const isEqual = (entry: ObjectId | undefined): boolean => olds.has(entry) && news.has(entry)
  for (const [entry, files] of olds)
    if (entry && files.length === 1 && news.get(entry)?.length === 1) out.set(files[0]!.file, news.get(entry)![0]!)
  const similar = similarPairs(
    history,
    removed.filter(({ entry }) => !isEqual(entry)),
    added.filter(({ entry }) => !isEqual(entry)),
  )
  for (const { file, target } of bestOf(similar)) out.set(file, target)
  return out
}

/** Those that are better than all others of either file. */
function bestOf(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.filter((pair) =>
    pairs.every(
      (other) =>
        other === pair ||
        (other.file !== pair.file && other.target !== pair.target) ||
        other.similarity < pair.similarity,
    ),
  )
}

function similarPairs(history: RoomHistory, removed: readonly RemovedFile[], added: readonly TreeValue[]): Pair[] {
  if (removed.length * added.length > maxSimilarPairs) return []
  const after = added.map(({ blob, text }) => (blob === undefined ? linesOf(text) : undefined))
  const pairs: Pair[] = []
  for (const { file, entry } of removed) {
    const before = entry && added.length ? linesOf(history.textOfBlob(entry)) : undefined
    for (const [i, target] of added.entries()) {
      const lines = after[i]
      const similarity = before && lines ? similarityOf(before, lines) : 0
      if (similarity >= leastSimilarity) pairs.push({ file, target, similarity })
    }
  }
  return pairs
}

function linesOf(text: string | undefined): LineBytes | undefined {
  return text === undefined || text.length > maxComparedUnits ? undefined : lineBytesOf(utf8(text))
}
