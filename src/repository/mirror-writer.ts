import { utf8 } from '../lib/bytes.ts'
import type { WorkTree } from '../contracts/work-tree.ts'
import type { GitRepository } from '../git/repository.ts'
import type { Room } from '../room/room.ts'
import type { KnownFiles } from './known-files.ts'
import { contentOfValue, isSameContent, type MirrorContent } from './mirror-content.ts'

export interface MirrorWriterOptions {
  readonly room: Room
  readonly git: GitRepository
  readonly tree: WorkTree
  readonly known: KnownFiles
}

/** Which paths of a batch were left: their blobs are not here yet, or the disk holds something newer than we have read. */
export interface Unwritten {
  readonly lacking: readonly string[]
  readonly newer: readonly string[]
}

/** Writes into files what the room has for them. */
export class MirrorWriter {
  readonly #options: MirrorWriterOptions

  constructor(options: MirrorWriterOptions) {
    this.#options = options
  }

  /** `mayWrite` is asked before each file; where it says no, the path counts as newer. */
  async write(paths: readonly string[], mayWrite: () => boolean): Promise<Unwritten> {
    const { room } = this.#options
    const due = paths.map((path) => ({ path, next: contentOfValue(room.files.at(path)) }))
    // What is on disk must be in the journal: else, after a kill, words of others would be taken for new ones of ours.
    await room.flush()
    const lacking: string[] = []
    const newer: string[] = []
    for (const { path, next } of due) {
      const done = mayWrite() ? await this.#writeOne(path, next) : 'newer'
      if (done === 'lacking') lacking.push(path)
      else if (done === 'newer') newer.push(path)
    }
    return { lacking, newer }
  }

  async #writeOne(path: string, next: MirrorContent | undefined): Promise<'done' | 'lacking' | 'newer'> {
    const { tree, room, known } = this.#options
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
