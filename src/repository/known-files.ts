import type { FileId, ObjectId } from '../contracts/ids.ts'
import type { FileState } from '../history/file-state.ts'
import { diffText } from '../document/text-diff.ts'
import { scriptCost } from '../history/virtual-author.ts'
import type { WrittenMark } from '../room/room-files.ts'
import type { Room } from '../room/room.ts'
import { contentOfValue, isSameContent, type MirrorContent } from './mirror-content.ts'
import type { LoggedContent, LoggedFile, MirrorLog } from './mirror-log.ts'

/** What may be known of a path: something lies there, or (undefined) nothing does. */
type Candidate = MirrorContent | undefined

/** What lies on disk as far as we have read or written it: what an edit is measured against. Outlives the process. */
export class KnownFiles {
  readonly #room: Room
  readonly #log: MirrorLog
  readonly #origin: ObjectId
  readonly #contents = new Map<string, MirrorContent | undefined>()
  readonly #files = new Map<string, FileId>()

  constructor(room: Room, log: MirrorLog, origin: ObjectId) {
    this.#room = room
    this.#log = log
    this.#origin = origin
  }

  /** Paths of which more is known than that they are as the first tree had them. */
  get paths(): readonly string[] {
    return [...new Set([...this.#contents.keys(), ...this.#log.paths])]
  }

  /** What is known to lie at a path, given what does: after a start there may be two possibilities, and the nearest is meant. */
  at(path: string, disk: Candidate): Candidate {
    if (this.#contents.has(path)) return this.#contents.get(path)
    return nearest(this.#remembered(path), disk)
  }

  /** The state of the room at which its text was what is known to lie at a path, where that was looked up. */
  stateAt(path: string): FileState | undefined {
    const content = this.#log.at(path).at(-1)?.content
    return content && 'state' in content ? content.state : undefined
  }

  /** Where the file that is known to lie at a path lies in the room by now: others may have moved it. Undefined where it is gone. */
  pathNow(path: string): string | undefined {
    const { engines, files } = this.#room
    const content = this.#log.at(path).at(-1)?.content
    const logged = content && 'file' in content ? content.file : undefined
    const file = this.#files.get(path) ?? logged ?? this.#originFileAt(path)
    const now = file && engines.live.layout.pathOf(file)
    return now ?? (files.at(path).path === undefined ? undefined : path)
  }

  /** Is there only one possibility? Else what lies there has to be read before anything is written. */
  isSure(path: string): boolean {
    return this.#contents.has(path) || this.#remembered(path).length === 1
  }

  /** It was read: everything that differs from what was known has been taken in, by the operations up to the mark. */
  read(path: string, content: Candidate, mark: WrittenMark): void {
    const isNews = !this.#contents.has(path) || !isSameContent(this.#contents.get(path), content)
    this.#contents.set(path, content)
    if (isNews) this.#log.add(path, { kind: 'read', content: this.#logged(path, content), mark })
  }

  /** It is about to be written; `written` tells that it was. */
  writing(path: string, content: Candidate): void {
    this.#log.add(path, { kind: 'write', content: this.#logged(path, content), mark: undefined })
  }

  /** What lies there after a try to write. */
  written(path: string, isDone: boolean, content: Candidate): void {
    this.#contents.set(path, content)
    if (!isDone) this.#log.add(path, { kind: 'read', content: this.#logged(path, content), mark: undefined })
  }

  /** Texts of files of the room are logged as states: those are short, and the journal holds the rest. */
  #logged(path: string, content: Candidate): LoggedContent {
    if (!content) return undefined
    const { mode, text, blob } = content
    const captured = this.#room.files.capture(path)
    if (captured) this.#files.set(path, captured.file)
    if (blob !== undefined) return { mode, blob }
    if (captured && isSameContent(contentOfValue(captured.value), content))
      return { file: captured.file, state: captured.state }
    return { mode, text: text! }
  }

  #remembered(path: string): readonly Candidate[] {
    const counting = this.#log.at(path).filter(({ mark }) => !mark || this.#room.files.holds(mark))
    const [last, before] = [counting.at(-1), counting.at(-2)]
    if (last?.kind === 'read') return [this.#contentOf(path, last)]
    const earlier = before ? this.#contentOf(path, before) : this.#originAt(path)
    // Of a last write it is not known whether it was done.
    return last ? [earlier, this.#contentOf(path, last)] : [earlier]
  }

  #originAt(path: string): Candidate {
    return contentOfValue(this.#room.engines.history.valueInTree(this.#origin, path))
  }

  #originFileAt(path: string): FileId | undefined {
    const { history } = this.#room.engines
    const anchor = this.#room.commits.anchor(this.#origin)
    return anchor ? history.layoutOf(anchor).fileAt(path) : history.baseFile(path)
  }

  #contentOf(path: string, { content }: LoggedFile): Candidate {
    if (!content) return undefined
    if ('blob' in content) return { mode: content.mode, blob: content.blob, text: undefined }
    if ('text' in content) return { mode: content.mode, blob: undefined, text: content.text }
    const { history } = this.#room.engines
    const { file, state } = content
    if (!history.hasLog(file) || !history.log(file).hasState(state)) return contentOfValue(this.#room.files.at(path))
    return contentOfValue(history.evaluator.valueAt(file, state))
  }
}

/** The candidate from which what lies on disk is made with the least typing; the first of equals. */
export function nearest(candidates: readonly Candidate[], disk: Candidate): Candidate {
  const same = candidates.find((candidate) => isSameContent(candidate, disk))
  if (same || disk?.text === undefined) return same ?? candidates[0]
  let best = candidates[0]
  let bestCost = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    if (candidate?.text === undefined) continue
    const cost = scriptCost({ changes: diffText(candidate.text, disk.text), own: undefined })
    if (cost >= bestCost) continue
    best = candidate
    bestCost = cost
  }
  return best
}
