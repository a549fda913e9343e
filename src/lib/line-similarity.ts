/** By line, as a number: how many bytes the lines of this number take. */
export interface LineBytes {
  readonly bytes: ReadonlyMap<number, number>
  readonly size: number
}

/** The part of the larger one that has to be in the other one for a rename, as for git. */
export const leastSimilarity = 0.5

/** FNV-1a. */
const [offset, prime] = [0x811c9dc5, 0x01000193]
const newline = 10

/** The lines of a content, whatever their order. */
export function lineBytesOf(content: Uint8Array): LineBytes {
  const bytes = new Map<number, number>()
  let [hash, from] = [offset, 0]
  for (let at = 0; at < content.length; at++) {
    hash = Math.imul(hash ^ content[at]!, prime)
    if (content[at] !== newline && at < content.length - 1) continue
    bytes.set(hash, (bytes.get(hash) ?? 0) + at + 1 - from)
    ;[hash, from] = [offset, at + 1]
  }
  return { bytes, size: content.length }
}

/** The part of the larger one that is in lines of both; 0 where it is certainly less than `leastSimilarity`. */
export function similarityOf(a: LineBytes, b: LineBytes): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  if (small.size === 0 || small.size < large.size * leastSimilarity) return 0
  let common = 0
  for (const [line, bytes] of small.bytes) common += Math.min(bytes, large.bytes.get(line) ?? 0)
  return common / large.size
}
