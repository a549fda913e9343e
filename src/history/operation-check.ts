import type { FeedId, FileId } from '../contracts/ids.ts'
import { isSafePath } from '../document/paths.ts'
import type { Known } from '../document/neighbours.ts'
import { checkUpdate } from '../document/update-check.ts'
import { readTextUpdate, type TextUpdate } from '../document/update-reader.ts'
import { madeFileId } from '../identity/ids.ts'
import { translateUpdate, type ClientNumbers } from './client-numbers.ts'
import { emptyState, isWithin, type FileState } from './file-state.ts'
import type { FileLog, FileOperation, RegisterValue } from './file-log.ts'
import type { FileRef, OperationBody } from './operations-body.ts'
import type { RoomHistory } from './room-history.ts'
import type { View } from './view.ts'
import type { Past } from './causality.ts'
import type { Views } from './views.ts'

/** Where the operations of an entry stand. */
export interface OperationsPlace {
  readonly feed: FeedId
  readonly lamport: number
  /** Number of the first operation in its feed. */
  readonly first: number
  readonly past: Past
}

/** `read` is what the update of an operation on text says: to read it takes as long as to check it. */
export type CheckedOperation = { readonly file: FileId } & (
  | { readonly operation: Extract<FileOperation, { type: 'text' }>; readonly read: TextUpdate }
  | { readonly operation: Extract<FileOperation, { type: 'register' }>; readonly read: undefined }
)

/**
 * The update check of an entry: its operations, ready to be added to their logs, or the reason why all of them are void.
 * A function of the entry and its causal past: an operation may build on nothing outside of that.
 */
export function checkOperations(
  views: Views,
  place: OperationsPlace,
  operations: readonly OperationBody[],
): readonly CheckedOperation[] | string {
  const check = new OperationsCheck(views, place)
  const out: CheckedOperation[] = []
  for (const [i, operation] of operations.entries()) {
    const checked = check.next(operation, place.first + i)
    if (typeof checked === 'string') return checked
    out.push(checked)
  }
  return out
}

/** What the operations of an entry on one text are checked by. */
interface TextCheck {
  readonly file: FileId
  /** The clients in the updates of the entry, where they are not those of the file's documents. */
  readonly travelling: ClientNumbers | undefined
  /** The clock of the entry's own feed goes on with its operations. */
  readonly update: { readonly client: number; nextClock: number; readonly known: Known }
}

class OperationsCheck {
  readonly #views: Views
  readonly #history: RoomHistory
  readonly #place: OperationsPlace
  readonly #texts = new Map<FileId, TextCheck>()
  /** The last one: most operations are of the text of the one before. */
  #last: { readonly ref: FileRef; readonly text: TextCheck } | undefined
  readonly #made = new Set<FileId>()
  readonly #states = new Map<FileId, FileState>()
  #view: View | undefined

  constructor(views: Views, place: OperationsPlace) {
    this.#views = views
    this.#history = views.history
    this.#place = place
  }

  next(operation: OperationBody, number: number): CheckedOperation | string {
    if ('update' in operation && operation.ref === this.#last?.ref)
      return this.#textOperation(this.#last.text, operation.update, number)
    const file = this.#fileOf(operation, number)
    if (!file) return 'an operation names a file that does not exist'
    if ('update' in operation) {
      const text = this.#texts.get(file) ?? this.#textCheck(file)
      this.#texts.set(file, text)
      this.#last = { ref: operation.ref, text }
      return this.#textOperation(text, operation.update, number)
    }
    const { feed, lamport } = this.#place
    const fault = this.#registerFault(file, operation.value)
    const { value } = operation
    return fault ?? { file, operation: { feed, number, lamport, type: 'register', value }, read: undefined }
  }

  #textOperation(
    { file, travelling, update: check }: TextCheck,
    update: Uint8Array,
    number: number,
  ): CheckedOperation | string {
    const { feed, lamport } = this.#place
    const verdict = checkUpdate(update, check)
    if (!verdict.ok) return verdict.reason
    const { nextClock: clock, read } = verdict
    check.nextClock = clock
    const here = travelling ? translateUpdate(update, travelling, this.#history.log(file).clients) : update
    const operation = { feed, number, lamport, type: 'text', update: here, clock } as const
    return { file, operation, read: travelling ? readTextUpdate(here)! : read }
  }

  #textCheck(file: FileId): TextCheck {
    const { feed, first, past } = this.#place
    const { clocks } = this.#history
    const own = this.#history.feedClient(file, feed)
    const log = this.#history.log(file)
    const travelling = this.#history.travelling(file, feed, past)
    const client = travelling?.numberOf(feed) ?? own
    const known = travelling
      ? (other: number) => {
          const writer = travelling.writerOf(other)
          return writer === undefined ? 0 : clocks.clockOf(past, log, writer)
        }
      : clocks.knownIn(file, () => past)
    return { file, travelling, update: { client, nextClock: log.clockBelow(feed, first), known } }
  }

  #fileOf({ ref, ...operation }: OperationBody, number: number): FileId | undefined {
    if ('basePath' in ref) return this.#history.baseFile(ref.basePath)
    const { file } = ref
    if (this.#made.has(file) || (this.#history.hasLog(file) && this.#existed(this.#history.log(file)))) return file
    const isCreation = 'value' in operation && operation.value.register === 'path' && operation.value.path !== undefined
    if (!isCreation || file !== madeFileId(this.#history.crypto, this.#history.room, this.#place.feed, number))
      return undefined
    this.#made.add(file)
    return file
  }

  /** Was the file there in the entry's causal past? */
  #existed(log: FileLog): boolean {
    if (log.base) return false // Files of the base are named by path, so that one file has one name.
    const state = this.#pastState(log.file)
    return state.counts.size > 0 || state.authors.length > 0
  }

  #registerFault(file: FileId, value: RegisterValue): string | undefined {
    if (value.register !== 'path') return undefined
    if (value.path !== undefined) return isSafePath(value.path) ? undefined : 'a path is not allowed'
    return isWithin(value.seen, this.#ownState(file)) ? undefined : 'a deletion has seen what is not in its past'
  }

  #pastState(file: FileId): FileState {
    let state = this.#states.get(file)
    if (!state) {
      this.#view ??= this.#views.at(this.#place.past)
      state = this.#history.hasLog(file) ? this.#view.currentState(file) : emptyState
      this.#states.set(file, state)
    }
    return state
  }

  /** The past of the entry with its own operations before this one: they are not in the log yet, so any of its own feed count. */
  #ownState(file: FileId): FileState {
    const past = this.#pastState(file)
    const counts = new Map(past.counts)
    counts.set(this.#place.feed, Number.MAX_SAFE_INTEGER)
    return { counts, authors: past.authors }
  }
}
