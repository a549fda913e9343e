import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { listNotes, readNoteIfAny } from '../git/notes.ts'
import type { GitRepository } from '../git/repository.ts'
import { parseAnySshPublicKey } from '../identity/ssh-key.ts'
import { readKnownSigners, type KnownSigner } from './allowed-signers.ts'
import { checkCommit, signerKeyOf, type SignerKey } from './check-commit.ts'
import { viewCommit, type CommitView } from './commit-view.ts'
import { HistoryIndex, type NoteIds } from './history-index.ts'
import { notesRef } from './notes-ref.ts'

/** So many commits are read from their objects before the index is; and so many that it lacks before it is written. */
export const manyCommits = 100

const nobody = new Map<string, KnownSigner>()

/** Reads commits with their records and signatures; many of them from the index of the history. */
export class CommitViews {
  readonly #git: GitRepository
  readonly #signers: ReadonlyMap<SignerKey, KnownSigner>
  readonly #tip: ObjectId | undefined
  #index: HistoryIndex | undefined
  /** `null`: they cannot be had. */
  #noteIds: NoteIds | null | undefined
  #read = 0
  #added = 0

  private constructor(git: GitRepository, signers: ReadonlyMap<SignerKey, KnownSigner>) {
    this.#git = git
    this.#signers = signers
    this.#tip = git.refs.read(notesRef)
  }

  /** With notes and signers as they are now. */
  static async open(git: GitRepository): Promise<CommitViews> {
    const signers = [...(await readKnownSigners(git))].flatMap(([line, signer]): [SignerKey, KnownSigner][] => {
      const key = parseAnySshPublicKey(line)
      return key ? [[signerKeyOf(key), signer]] : []
    })
    return new CommitViews(git, new Map(signers))
  }

  read(commit: ObjectId, refs: readonly string[] = []): CommitView {
    if (++this.#read === manyCommits) this.#index = HistoryIndex.open(this.#git, this.#tip, () => this.#notes())
    return this.#withSigner(this.#index?.get(commit, refs) ?? this.#make(commit, refs))
  }

  /** Keeps what was read for the next query, if that is worth it. */
  async close(): Promise<void> {
    if (this.#added >= manyCommits) await this.#index?.save()
  }

  #make(commit: ObjectId, refs: readonly string[]): CommitView {
    const checked = checkCommit(this.#git, nobody, commit, (id) => readNoteIfAny(this.#git, this.#tip, id))
    const view = viewCommit(checked, refs)
    // A record that is not here may come without a change of the note: as a file of a tree that was not fetched.
    const notes = this.#index && !checked.missing ? this.#notes() : undefined
    if (notes && this.#index?.add(view, notes.get(commit))) this.#added++
    return view
  }

  #withSigner(view: CommitView): CommitView {
    const { signature, recordStatus } = view
    const signer = signature.status === 'unknown key' ? this.#signers.get(signature.key) : undefined
    if (signature.status !== 'unknown key' || !signer) return view
    const { key } = signature
    if (signer.isConditional) return { ...view, signature: { status: 'unchecked', key } }
    return {
      ...view,
      signature: { status: 'good', key, principal: signer.principals },
      recordStatus: recordStatus === 'unsigned' ? 'bound' : recordStatus,
    }
  }

  /**
   * Git may have a note in two places; the one that lies higher comes last, and is what `readNoteIfAny` finds. Undefined where not all folders
   * of notes can be read: those of a commit may be there all the same.
   */
  #notes(): NoteIds | undefined {
    if (this.#noteIds === undefined) this.#noteIds = this.#listNotes()
    return this.#noteIds ?? undefined
  }

  #listNotes(): NoteIds | null {
    try {
      return new Map(listNotes(this.#git, this.#tip).map(({ commit, note }) => [commit, note]))
    } catch (error) {
      if (AnvcsError.is(error, 'OBJECT_MISSING') || AnvcsError.is(error, 'OBJECT_INVALID')) return null
      throw error
    }
  }
}
