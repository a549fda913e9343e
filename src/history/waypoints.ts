import type { AuthorId, FileId } from '../contracts/ids.ts'
import type { TextDocument } from '../document/text-document.ts'
import { isWithin, type FileState } from './file-state.ts'

/** What counts of the updates of a state. */
export interface Counting {
  /** Virtual authors whose content does not. */
  readonly losers: Pick<ReadonlySet<AuthorId>, 'has'>
  /** The key of the units that are restored: deletions of these do not. */
  readonly restored: string
}

/** The document of a file at a state, packed. */
interface Waypoint extends Counting {
  readonly file: FileId
  readonly state: FileState
  readonly packed: Uint8Array
  /** How many updates it stands for. */
  readonly updates: number
}

/** To unpack so many bytes takes half as long as to apply one update. */
const bytesPerUpdate = 64
const leastUpdates = 6_000
const maxPackedBytes = 64 << 20

/**
 * Documents as they were on the way to what they are, so that to build one of a long history does not begin at its start. They are
 * made of the operations that are here and forgotten with the process: there is nothing to trust, to sync or to mend.
 */
export class Waypoints {
  readonly #leastUpdates: number
  readonly #maxPackedBytes: number
  /** Of each file, by the number of updates. */
  readonly #files = new Map<FileId, Waypoint[]>()
  /** The least recently used first. */
  readonly #used = new Set<Waypoint>()
  #packedBytes = 0

  constructor(limits = { leastUpdates, maxPackedBytes }) {
    this.#leastUpdates = limits.leastUpdates
    this.#maxPackedBytes = limits.maxPackedBytes
  }

  /** The greatest that lies within a state and of whose updates counts what counts there. */
  within(file: FileId, state: FileState, { losers, restored }: Counting): Waypoint | undefined {
    const found = this.#files
      .get(file)
      ?.findLast(
        (waypoint) =>
          waypoint.restored === restored &&
          isWithin(waypoint.state, state) &&
          waypoint.state.authors.every((id) => losers.has(id) === waypoint.losers.has(id)),
      )
    if (found) this.#use(found)
    return found
  }

  /** After how many updates more the next one is worth its bytes: on the mean it then takes as long to apply what is left as to unpack. */
  spacingAfter(last: Waypoint | undefined): number {
    return Math.max(this.#leastUpdates, Math.ceil((last?.packed.length ?? 0) / bytesPerUpdate))
  }

  /** Keeps a document as it is at a state, made of so many updates. */
  add(file: FileId, state: FileState, counting: Counting, updates: number, document: TextDocument): Waypoint {
    const waypoint = { file, state, ...counting, packed: document.pack(), updates }
    const all = this.#files.get(file) ?? []
    this.#files.set(file, all)
    all.splice(all.findLastIndex((other) => other.updates <= updates) + 1, 0, waypoint)
    this.#packedBytes += waypoint.packed.length
    this.#use(waypoint)
    for (const oldest of this.#used) {
      if (this.#packedBytes <= this.#maxPackedBytes) break
      this.#drop(oldest)
    }
    return waypoint
  }

  /** The documents of a file are others now. */
  forget(file: FileId): void {
    for (const waypoint of [...(this.#files.get(file) ?? [])]) this.#drop(waypoint)
  }

  #use(waypoint: Waypoint): void {
    this.#used.delete(waypoint)
    this.#used.add(waypoint)
  }

  #drop(waypoint: Waypoint): void {
    this.#used.delete(waypoint)
    this.#packedBytes -= waypoint.packed.length
    const all = this.#files.get(waypoint.file)!
    all.splice(all.indexOf(waypoint), 1)
    if (!all.length) this.#files.delete(waypoint.file)
  }
}
