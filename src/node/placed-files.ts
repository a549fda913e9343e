import { closeSync, fstatSync, futimesSync, readSync, type BigIntStats } from 'node:fs'

/** Paths at most: for each a file is held open. */
const maxPlaced = 64
/** Of one path: the first of a row of files that nobody has read is the one that most likely was. */
const maxOvertaken = 8
const maxOvertakenBytes = 32 << 20

interface Overtaken {
  readonly content: Uint8Array
  /** When it gave way to the next. */
  readonly endNs: bigint
  /** Had nobody read the next when that gave way, in its turn? */
  isNextUnread: boolean
}

interface Placed {
  /** The newest last. */
  readonly overtaken: readonly Overtaken[]
  /** Of the file that lies there, or did last. */
  readonly descriptor: number
  readonly unread: bigint | undefined
  readonly stat: BigIntStats
}

/**
 * Files that we have put in the place of others, and what those held. Who saves may have read a file before we replaced it, and then the save is
 * no edit of ours: that is so where it was written before ours was there, or where nobody has read ours. The first is told by the time of its
 * last change; the second by the time of its last reading, where the file system keeps that.
 */
export class PlacedFiles {
  readonly #placed = new Map<string, Placed>()
  readonly #tellsReads = new Map<bigint, boolean>()
  #sizeBytes = 0

  /** To be called before a file gets its name: answers the time of its last reading while nobody has read it, where that will tell. */
  mark(descriptor: number): bigint | undefined {
    try {
      return this.#mark(descriptor)
    } catch {
      return undefined // The system lets nobody set times here.
    }
  }

  #mark(descriptor: number): bigint | undefined {
    const { dev, size } = fstatSync(descriptor, { bigint: true })
    if (!size) return undefined
    let tellsReads = this.#tellsReads.get(dev)
    if (tellsReads === undefined) {
      const before = setUnread(descriptor)
      readSync(descriptor, new Uint8Array(1), 0, 1, 0)
      this.#tellsReads.set(dev, (tellsReads = fstatSync(descriptor, { bigint: true }).atimeNs !== before))
    }
    return tellsReads ? setUnread(descriptor) : undefined
  }

  /** Takes over the open file that has taken the place of another which held `content`. */
  add(path: string, content: Uint8Array, descriptor: number, unread: bigint | undefined): void {
    const stat = fstatSync(descriptor, { bigint: true })
    const last = this.#placed.get(path)
    const before = (last?.overtaken ?? []).map((one, i, { length }) =>
      i === length - 1 ? { ...one, isNextUnread: isUnread(last!) } : one,
    )
    const overtaken = [...before, { content, endNs: stat.ctimeNs, isNextUnread: false }]
    if (overtaken.length > maxOvertaken) overtaken.splice(1, 1)
    this.forget(path)
    this.#placed.set(path, { overtaken, descriptor, unread, stat })
    this.#sizeBytes += bytesOf(overtaken)
    for (const oldest of this.#placed.keys()) {
      if (this.#placed.size <= maxPlaced && this.#sizeBytes <= maxOvertakenBytes) break
      this.forget(oldest)
    }
  }

  /** What may have been before the eyes of whoever wrote what lies at a path now, but for what we have put there; the newest first. */
  overtakenAt(path: string, stat: BigIntStats): readonly Uint8Array[] {
    const placed = this.#placed.get(path)
    if (!placed || (stat.ino === placed.stat.ino && stat.mtimeNs === placed.stat.mtimeNs)) return []
    const found: Uint8Array[] = []
    let isNextUnread = isUnread(placed)
    for (const { content, endNs, ...one } of [...placed.overtaken].reverse()) {
      if (found.length) ({ isNextUnread } = one)
      if (!isNextUnread && stat.mtimeNs >= endNs) break
      found.push(content)
    }
    return found
  }

  forget(path: string): void {
    const placed = this.#placed.get(path)
    if (!placed) return
    closeSync(placed.descriptor)
    this.#sizeBytes -= bytesOf(placed.overtaken)
    this.#placed.delete(path)
  }

  close(): void {
    for (const path of this.#placed.keys()) this.forget(path)
  }
}

/** A reading is noted with the time that it is, or only where it is the first since the last change: this is before both. */
function setUnread(descriptor: number): bigint {
  const seconds = fstatSync(descriptor).mtimeMs / 1000
  futimesSync(descriptor, seconds - 1, seconds)
  return fstatSync(descriptor, { bigint: true }).atimeNs
}

function isUnread({ descriptor, unread }: Placed): boolean {
  return unread !== undefined && fstatSync(descriptor, { bigint: true }).atimeNs === unread
}

function bytesOf(overtaken: readonly Overtaken[]): number {
  return overtaken.reduce((sum, { content }) => sum + content.length, 0)
}
