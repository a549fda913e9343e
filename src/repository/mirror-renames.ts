import { isSameBytes, type MirrorContent } from './mirror-content.ts'

/** A path as the mirror found it: what lies on disk now, and what did. */
export interface Seen {
  readonly path: string
  readonly disk: MirrorContent | undefined
  readonly known: MirrorContent | undefined
  /** So long ago it was changed last. */
  readonly restedMs?: number | undefined
}

/** A file that is gone and one that is new with the same bytes are one that was moved, if both are unique. */
export function renamesIn(
  seen: readonly Seen[],
  fresh: ReadonlySet<string>,
  isInRoom: (path: string) => boolean,
): readonly (readonly [Seen, Seen])[] {
  const gone = seen.filter(({ path, disk, known }) => !disk && known && isInRoom(path))
  const come = seen.filter(({ path, disk }) => disk && fresh.has(path))
  return gone.flatMap((from) => {
    const isMatch = (to: Seen): boolean => isSameBytes(from.known!, to.disk!)
    const matches = come.filter(isMatch)
    const to = matches[0]
    const isUnique = matches.length === 1 && gone.filter((other) => isSameBytes(other.known!, from.known!)).length === 1
    const isEmpty = from.known!.text === ''
    return to && isUnique && !isEmpty ? [[from, to] as const] : []
  })
}
