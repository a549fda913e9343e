import { messageOf } from '../lib/error-message.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { followCommit } from '../git/follow-commit.ts'
import { readHead } from '../git/head.ts'
import { commitsMadeHere } from '../git/head-log.ts'
import type { NoteAddition } from '../git/notes.ts'
import { isAncestor } from '../git/ancestry.ts'
import type { GitRepository } from '../git/repository.ts'
import { isAutomaticMerge } from '../history/merge-heads.ts'
import type { CommitPerson } from '../objects/commit.ts'
import type { StagedState } from '../room/commit-states.ts'
import type { Room } from '../room/room.ts'
import { keepRoomRefs } from './room-refs.ts'
import { noteLines, writeNotes } from './notes-ref.ts'

export interface BranchFollowerOptions {
  readonly git: GitRepository
  readonly room: Room
  /** The room's branch, by its full name. */
  readonly branch: string
  /** False: only `refs/remotes/room/<branch>` moves. */
  readonly follow: boolean
  readonly author: () => CommitPerson
  /** States that were remembered when paths were staged. */
  readonly staged: () => Promise<ReadonlyMap<string, StagedState>>
  /** Resolves when the work tree holds what the room has, with false where it does not: then the branch stays, too. */
  readonly isTreeReady: () => Promise<boolean>
  /** We have written the index or moved HEAD. */
  readonly onMoved: (from: ObjectId | undefined, to: ObjectId) => void
  readonly onProblem: (message: string) => void
}

/** A pause before it is tried again to follow. */
const waitMs = 500

/** Is a commit signed by a member, or a merge that everybody computes? No other is followed unasked. */
export function mayBeFollowed({ engines: { reader }, membership }: Room, commit: ObjectId): boolean {
  return isAutomaticMerge(reader.read(commit)) || membership.personOf(reader.signerOf(commit)) !== undefined
}

/** Keeps branch, refs and notes in step with the commits of the room, in both directions. */
export class BranchFollower {
  readonly #options: BranchFollowerOptions
  #notes: NoteAddition[] = []
  #working: Promise<void> = Promise.resolve()
  readonly #stops: (() => void)[]
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: BranchFollowerOptions) {
    this.#options = options
    const { room } = options
    this.#stops = [
      room.events.on('commit', ({ commit, lines }) => {
        if (lines.length) this.#notes.push({ commit, lines })
        this.#plan(20)
      }),
      room.events.on('settled', () => this.#plan(0)),
    ]
  }

  /** Writes notes, moves the branch and the refs of the room, now. */
  step(): Promise<void> {
    this.#working = this.#working
      .then(() => this.#step())
      .catch((error: unknown) => this.#options.onProblem(`following: ${messageOf(error)}`))
    return this.#working
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    clearTimeout(this.#timer)
    await this.step()
    this.#closed = true
  }

  /** HEAD holds a commit that the room does not know, with others below it perhaps: ours are announced, others are told. */
  async takeHead(tip: ObjectId): Promise<void> {
    const { room } = this.#options
    if (typeof room.engines.history.graph.get(tip) === 'string') {
      this.#options.onProblem(`${tip.slice(0, 12)} does not descend from the base of the room`)
      return
    }
    const unnamed = room.commits.unnamedBelow(tip)
    const madeHere = unnamed.length ? commitsMadeHere(this.#options.git.gitDir) : new Set<ObjectId>()
    for (const commit of unnamed) await this.#takeOne(commit, madeHere.has(commit))
    if (!room.commits.isNamed(tip)) await room.commits.tell(tip)
  }

  async #takeOne(commit: ObjectId, isMadeHere: boolean): Promise<void> {
    const { room, git, staged } = this.#options
    const { history, reader } = room.engines
    const { tree, parents } = history.graph.node(commit)
    const member = reader.memberOf(commit)
    // What plain git has made here under a name that the room does not know holds what was typed here, too.
    const isOwn = member === room.self?.member || (isMadeHere && member === undefined)
    const hasRecord = reader.isOfRoom(commit) && reader.recordIn(commit, noteLines(git, commit)) !== undefined
    if (isOwn && !hasRecord && parents.every((parent) => room.commits.isNamed(parent))) {
      // Only the member that the room knows can say that it has staged a file in part.
      const mayType = !isMadeHere ? 'nothing' : member ? 'new files' : 'all'
      const { named, unexplained } = await room.commits.statesOf(tree, parents, await staged(), mayType)
      // A commit of ours that was made elsewhere holds what no state here has: it is from outside, like anybody's.
      if (!unexplained.length && (!named.partial.size || (isMadeHere && member))) {
        await room.commits.announce(commit, named, [])
        return
      }
    }
    await room.commits.tell(commit)
  }

  #plan(afterMs: number): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.step(), afterMs)
    this.#timer.unref()
  }

  async #step(): Promise<void> {
    if (this.#closed) return
    const { git, room, branch, follow, author } = this.#options
    const notes = this.#notes
    this.#notes = []
    if (notes.length) await writeNotes(git, notes, author())
    // A merge that was just computed may not be stored yet.
    const heads = room.commits.heads().flatMap(({ commit }) => (git.objects.has(commit) ? [commit] : []))
    await keepRoomRefs(git, room.id, room.genesis.base, heads)
    const tip = git.refs.read(branch)
    const target = await this.#target(heads, tip)
    if (!target || target === tip) return
    if (!follow) {
      await git.refs.update(
        [{ name: `refs/remotes/room/${branch.replace('refs/heads/', '')}`, to: target }],
        'ai-vcs: room',
      )
      return
    }
    if (!(await this.#options.isTreeReady())) return this.#plan(waitMs)
    const result = await followCommit(git, { branch, commit: target, message: `ai-vcs: follow ${target.slice(0, 12)}` })
    if (result.status === 'followed') this.#options.onMoved(result.from, target)
    else if (result.status === 'busy') this.#plan(waitMs)
  }

  /** The newest head above the branch whose commits may be followed: signed by members, or merges that we recomputed. */
  async #target(heads: readonly ObjectId[], tip: ObjectId | undefined): Promise<ObjectId | undefined> {
    const { git, room } = this.#options
    for (const head of heads) {
      if (head === tip) return undefined
      if (tip && !(await isAncestor(git, tip, head))) continue
      if (mayBeFollowed(room, head)) return head
    }
    return undefined
  }

  /** Is the room's branch what is checked out? */
  get isCheckedOut(): boolean {
    const { git, branch } = this.#options
    return readHead(git.gitDir, git.refs).branch === branch
  }
}
