import type { Crypto } from '../../src/contracts/crypto.ts'
import type { FileId, ObjectId, RoomId } from '../../src/contracts/ids.ts'
import type { MergeInput } from '../../src/contracts/merge-driver.ts'
import { applyChanges, diffText, rebaseChanges, type TextChange } from '../../src/document/text-diff.ts'
import { TextDocument } from '../../src/document/text-document.ts'
import { checkUpdate } from '../../src/document/update-check.ts'
import { voidUpdate } from '../../src/document/deletions.ts'
import { makeAnchor } from '../../src/history/anchor.ts'
import { readState, writeState, type FileState } from '../../src/history/file-state.ts'
import {
  readNamedStates,
  readNaming,
  writeNamedStates,
  writeNaming,
  type NamingEntry,
} from '../../src/history/naming-entry.ts'
import type { NamedStates } from '../../src/history/named-states.ts'
import { readOperations, writeOperations, type OperationBody } from '../../src/history/operations-body.ts'
import { authorIdOf, writeScript, type Script, type VirtualAuthor } from '../../src/history/virtual-author.ts'
import { decodeCbor, encodeCbor } from '../../src/lib/cbor.ts'
import { lineMerge } from '../../src/merge/line-merge.ts'
import { codec, format, type Format } from './format.ts'

type AuthorInput = Pick<VirtualAuthor, 'file' | 'commit' | 'before' | 'script' | 'registers' | 'restores'> & {
  readonly room: RoomId
}

/** Bodies of entries that are no control entries, and what they are made of. */
export function bodyFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    operations: codec<readonly OperationBody[]>(
      (operations) => encodeCbor(writeOperations(operations)),
      (bytes) => readOperations(decodeCbor(bytes)!),
    ),
    state: codec<FileState>(
      (state) => encodeCbor(writeState(state)),
      (bytes) => readState(decodeCbor(bytes)!),
    ),
    'named states': codec<NamedStates>(
      (named) => encodeCbor(writeNamedStates(named)),
      (bytes) => readNamedStates(decodeCbor(bytes)!),
    ),
    naming: codec<NamingEntry>(
      (entry) => encodeCbor(writeNaming(entry)),
      (bytes) => readNaming(decodeCbor(bytes)!),
    ),
    script: format((script: Script) => encodeCbor(writeScript(script))),
    'author id': format(({ room, ...author }: AuthorInput) => authorIdOf(crypto, room, author)),
    'anchor key': format(
      (of: { commit: ObjectId; states: ReadonlyMap<FileId, FileState>; partial: ReadonlySet<FileId> }) =>
        makeAnchor(crypto, of.commit, of.states, of.partial).key,
    ),
  }
}

interface EditInput {
  readonly text: string
  readonly seedClient: number
  readonly client: number
  readonly changes: readonly TextChange[]
}

/** What peers compute alike from texts: Yjs updates, diff version 1, merge version 1. */
export function textFormats(): Readonly<Record<string, Format>> {
  return {
    update: format(
      (of: EditInput) => TextDocument.seed(of.text, of.seedClient).edit(of.client, of.changes),
      (update, of) => {
        const known = (client: number) => (client === of.seedClient ? of.text.length : 0)
        const document = TextDocument.seed(of.text, of.seedClient)
        document.apply([update], () => known)
        const isRight = document.text === applyChanges(of.text, of.changes)
        return isRight && checkUpdate(update, { client: of.client, nextClock: 0, known }).ok ? of : undefined
      },
    ),
    'voided update': format((update: Uint8Array) => voidUpdate(update)),
    'diff 1': format(
      ({ before, after }: { before: string; after: string }) => diffText(before, after),
      (changes, of) => (applyChanges(of.before, changes) === of.after ? of : undefined),
    ),
    'diff 1 laid over': format((of: { base: string; own: readonly TextChange[]; text: string }) =>
      rebaseChanges(of.base, of.own, of.text),
    ),
    'merge 1': format((input: MergeInput) => lineMerge.merge(input)),
  }
}
