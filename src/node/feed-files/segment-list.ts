import { readdir } from 'node:fs/promises'

/** A segment by the name of its file. */
export interface SegmentName {
  readonly firstSeq: number
  readonly kind: 'seg' | 'closed'
}

/** The segments in a feed's directory, in order; none where there is no such directory. */
export async function listSegments(directory: string): Promise<readonly SegmentName[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names
    .flatMap((name) => {
      const [, firstSeq, kind] = /^(0|[1-9]\d{0,14})\.(seg|closed)$/.exec(name) ?? []
      return firstSeq && kind ? [{ firstSeq: Number(firstSeq), kind: kind as SegmentName['kind'] }] : []
    })
    .sort((a, b) => a.firstSeq - b.firstSeq)
}
