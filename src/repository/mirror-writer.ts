import { utf8 } from '../lib/bytes.ts'
import type { WorkTree } from '../contracts/work-tree.ts'
import type { GitRepository } from '../git/repository.ts'
import type { Room } from '../room/room.ts'
import type { KnownFiles } from './known-files.ts'
import { contentOfValue, isSameContent, type MirrorContent } from './mirror-content.ts'
import { RefusedFiles } from './refused-files.ts'

export interface MirrorWriterOptions {
  readonly room: Room
  readonly git: GitRepository
  readonly tree: WorkTree
  readonly known: KnownFiles
  readonly onProblem: (message: string) => void
}

/** How a path was left. */
type Outcome =
  | 'done'
  /** Its blob is not here yet. */
  | 'lacking'
  /** The disk holds something newer than we have read. */
  | 'newer'
  /** Git was at work: nothing was tried. */
  | 'between'
  /** The system refused. */
  | 'refused'
  /** Git ignores the path here, and nothing of ours lies there. */
  | 'ignored'

/** The paths of a batch that were left, by what became of them. */
export type Unwritten = Readonly<Record<Exclude<Outcome, 'done'>, readonly string[]>>

/** Writes into files what the room has for them. */
export class MirrorWriter {
  readonly #options: MirrorWriterOptions
  readonly #refused: RefusedFiles

  constructor(options: MirrorWriterOptions) {
    this.#options = options
    this.#refused = new RefusedFiles('cannot be written', options.onProblem)
  }

  /** `mayWrite` is asked before each file; where it says no, the path is left for later. */
  async write(paths: readonly string[], mayWrite: () => boolean): Promise<Unwritten> {
    const { room, git, known } = this.#options
    const due = paths.map((path) => ({ path, next: contentOfValue(room.files.at(path)) }))
    const fresh = due.filter(({ path, next }) => next && !known.at(path, undefined)).map(({ path }) => path)
    // What is on disk must be in the journal: else, after a kill, words of others would be taken for new ones of ours.
    const [ignored] = await Promise.all([git.index.ignored(fresh), room.flush()])
    const left: Record<Exclude<Outcome, 'done'>, string[]> = {
      lacking: [],
      newer: [],
      refused: [],
      ignored: [],
      between: [],
    }
    const writeOne = async (path: string, next: MirrorContent | undefined): Promise<Outcome> => {
      if (ignored.has(path)) return 'ignored'
      return mayWrite() ? this.#refused.attempt(path, () => this.#writeOne(path, next)) : 'between'
    }
    for (const { path, next } of due) {
      const outcome = await writeOne(path, next)
      if (outcome !== 'done') left[outcome].push(path)
    }
    return left
  }

  async #writeOne(path: string, next: MirrorContent | undefined): Promise<Outcome> {
    const { tree, room, known } = this.#options
    if (!known.isSure(path)) return 'newer'
    const before = known.at(path, undefined)
    if (isSameContent(before, next)) return 'done'
    const bytes = next && this.#bytesOf(next)
    if (next && !bytes) {
      room.fetch([next.blob!])
      return 'lacking'
    }
    const expect = before && this.#bytesOf(before)
    if (before && !expect) return 'newer'
    known.writing(path, next)
    const isDone = await tree.write(path, expect, next && { mode: next.mode, content: bytes! })
    known.written(path, isDone, isDone ? next : before)
    return isDone ? 'done' : 'newer'
  }

  #bytesOf({ text, blob }: MirrorContent): Uint8Array | undefined {
    return text === undefined ? this.#options.git.objects.read(blob!)?.content : utf8(text)
  }
}
