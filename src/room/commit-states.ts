import type { FileId, ObjectId } from '../contracts/ids.ts'
import { isSafePath } from '../document/paths.ts'
import { stateOf, type Anchor } from '../history/anchor.ts'
import { emptyState, isEmptyState, isWithin, stateKey, withCount, type FileState } from '../history/file-state.ts'
import { isSameValue, type FileValue } from '../history/file-value.ts'
import { besidePath } from '../history/layout.ts'
import { StatesBeside } from '../history/states-beside.ts'
import type { NamedStates } from '../history/named-states.ts'
import type { RoomHistory, TreeValue } from '../history/room-history.ts'
import type { Views } from '../history/views.ts'
import type { LiveFiles } from './live-files.ts'
import { contentOf, type FileMode, type RoomFiles } from './room-files.ts'

/** A file and its state when it was staged. */
export interface StagedState {
  readonly file: FileId
  readonly state: FileState
}

/** What the tree of a commit stands for. */
export interface TreeStates {
  readonly named: NamedStates
  /** Paths behind which no file of the room stands: a commit with such counts as one from outside. */
  readonly unexplained: readonly string[]
}

/**
 * What of a tree may be typed here, where no state is it: nothing; files that the parents do not have, because the tree was made of this work
 * tree; or also what was staged in part, of a commit of which nobody would believe that it was.
 */
export type Typeable = 'nothing' | 'new files' | 'all'

export interface CommitStatesOptions {
  readonly history: RoomHistory
  readonly views: Views
  readonly live: LiveFiles
  readonly files: Pick<RoomFiles, 'move' | 'createUnseen' | 'interpose'>
}

/** One look at one tree. */
interface Look {
  readonly tree: ObjectId
  readonly parents: readonly Anchor[]
  readonly staged: ReadonlyMap<string, StagedState>
  /** A file that was renamed was staged at another path than the one that it leaves. */
  readonly stagedOf: ReadonlyMap<FileId, FileState>
  readonly mayType: Typeable
  /** A commit that was told as from outside: no state counts that has what was typed for it. */
  readonly beside?: StatesBeside
  readonly states: Map<FileId, FileState>
  readonly partial: Set<FileId>
  readonly paths: Map<FileId, string>
}

const maxEarlierStates = 200

/** Finds the states of files that a tree is made of, before it is committed. What no state has yet is typed. */
export class CommitStates {
  readonly #options: CommitStatesOptions

  constructor(options: CommitStatesOptions) {
    this.#options = options
  }

  /**
   * Of each path that a tree changes the newest known state with that content. `staged` are states that were remembered when
   * the path was staged. A content that is no state's, and may not be typed here, makes the file partial.
   */
  of(
    tree: ObjectId,
    commits: readonly ObjectId[],
    parents: readonly Anchor[],
    staged: ReadonlyMap<string, StagedState>,
    mayType: Typeable,
  ): TreeStates {
    const paths = this.#changedPaths(tree, commits)
    this.#claimPaths(tree, paths)
    const stagedOf = new Map([...staged.values()].map(({ file, state }) => [file, state]))
    const look: Look = { tree, parents, staged, stagedOf, mayType, ...nothingYet() }
    const unexplained = paths.filter((path) => !this.#explain(path, look))
    return { named: namedIn(look), unexplained }
  }

  /**
   * States that its author could name for a commit which was told as from outside, or would be: operations that are here explain all of it.
   * Undefined where they do not.
   */
  explaining(commit: ObjectId, parents: readonly Anchor[]): NamedStates | undefined {
    const { history, views } = this.#options
    const { tree, parents: commits } = history.graph.node(commit)
    const beside = new StatesBeside(views, commit, parents)
    if (!beside.isAny) return undefined
    const paths = this.#changedPaths(tree, commits)
    const valuesIn = (of: ObjectId): TreeValue[] => paths.map((path) => history.valueInTree(of, path))
    const before = commits.flatMap((parent) => valuesIn(history.graph.node(parent).tree))
    if (!beside.mayExplain(before, valuesIn(tree))) return undefined
    const common = {
      staged: new Map<string, StagedState>(),
      stagedOf: new Map<FileId, FileState>(),
      mayType: 'nothing' as const,
    }
    const look: Look = { tree, parents, ...common, beside, ...nothingYet() }
    return paths.every((path) => this.#explain(path, look) && look.partial.size === 0) ? namedIn(look) : undefined
  }

  #changedPaths(tree: ObjectId, commits: readonly ObjectId[]): readonly string[] {
    const { history } = this.#options
    const paths = new Set<string>()
    for (const commit of commits)
      for (const { path } of history.differences(history.graph.node(commit).tree, tree)) paths.add(path)
    return [...paths].sort()
  }

  /**
   * A file that is shown beside its path, because another claims that, and is committed without the other, gets the path at
   * which the commit holds it: no state would explain the tree otherwise.
   */
  #claimPaths(tree: ObjectId, changed: readonly string[]): void {
    const { history, live, files } = this.#options
    const alone = changed.filter((path) => {
      const file = live.layout.fileAt(path)
      const claimed = file && history.evaluator.registersAt(file, live.stateOf(file)).path
      if (claimed === undefined || claimed === path) return false
      return history.entryAt(tree, path) !== undefined && history.entryAt(tree, claimed) === undefined
    })
    for (const path of alone) files.move(path, path)
  }

  /** Names the files that stand behind a path. False where there is none and can be none. */
  #explain(path: string, look: Look): boolean {
    // What has such a name is in the commit, and in no room.
    if (!isSafePath(path)) return true
    const { history, live } = this.#options
    const before = look.parents.flatMap((anchor) => history.layoutOf(anchor).fileAt(path) ?? [])
    for (const file of before) this.#name(file, path, look)
    this.#nameDeletedAliases(path, look)
    const value = history.valueInTree(look.tree, path)
    // What is gone is explained by the file that was there; a submodule is no file.
    if (value.path === undefined) return true
    const shown = live.layout.fileAt(path)
    const file =
      [look.staged.get(path)?.file, shown, ...before].find((one) => one && this.#stateOf(one, path, look)) ??
      (before.length ? undefined : this.#fileOnceAt(path, look)) ??
      shown ??
      before[0] ??
      (look.mayType !== 'nothing' ? this.#create(path, value) : undefined)
    if (!file || !this.#name(file, path, look)) return false
    if (!before.includes(file)) look.paths.set(file, path)
    // It is shown beside another that claims the path, and that may stand there unchanged, though as another file than before.
    const claimed = history.evaluator.registersAt(file, look.states.get(file)!).path
    if (claimed === undefined || claimed === path || this.#nameClaimant(file, claimed, look)) return true
    return look.mayType !== 'nothing' && this.#claim(file, path, look)
  }

  /** An alias of what was there, deleted by whoever has changed that, would be shown beside it at the state of the parents. */
  #nameDeletedAliases(path: string, look: Look): void {
    const { history } = this.#options
    for (const alias of look.parents.flatMap((anchor) => history.layoutOf(anchor).aliasesAt(path))) {
      const state = look.states.has(alias) ? undefined : this.#stateOf(alias, path, look)
      if (state && history.evaluator.registersAt(alias, state).path === undefined) look.states.set(alias, state)
    }
  }

  /** Names the file because of which another that claims the same path is shown beside it. */
  #nameClaimant(beside: FileId, claimed: string, look: Look): boolean {
    const { layout } = this.#options.live
    const isIt = (file: FileId | undefined) => file && file !== beside && this.#stateOf(file, claimed, look)
    const isShown = [look.staged.get(claimed)?.file, layout.fileAt(claimed)].find(isIt)
    const file = isShown ?? this.#fileOnceAt(claimed, look, beside)
    return file !== undefined && this.#name(file, claimed, look)
  }

  /** The other is not committed with it: the file gets the path at which it is. */
  #claim(file: FileId, path: string, look: Look): boolean {
    const { live, files } = this.#options
    if (live.layout.fileAt(path) !== file) return false
    files.move(path, path)
    const state = live.stateOf(file)
    if (!this.#explains(file, path, state, look)) return false
    look.states.set(file, state)
    return true
  }

  /** False where the file has no state to be named. */
  #name(file: FileId, path: string, look: Look): boolean {
    const { states, partial, parents } = look
    if (states.has(file)) return true
    const isOld = parents.some((anchor) => this.#isIn(anchor, file))
    const isTypeable = look.mayType === 'all' || (look.mayType === 'new files' && !isOld)
    const known = this.#stateOf(file, path, look) ?? (isTypeable ? this.#type(file, path, look) : undefined)
    if (!known && !isOld) return false
    states.set(file, known ?? partialState(parents.map((anchor) => stateOf(anchor, file))))
    if (!known) partial.add(file)
    return true
  }

  #isIn(anchor: Anchor, file: FileId): boolean {
    return this.#options.history.isBaseFile(file) || !isEmptyState(stateOf(anchor, file))
  }

  /** The newest known state of a file that explains what the tree holds of it. */
  #stateOf(file: FileId, path: string, look: Look): FileState | undefined {
    for (const state of this.#candidates(file, look)) if (this.#explains(file, path, state, look)) return state
    return undefined
  }

  /** States that a file may have in the tree, the likeliest first. */
  *#candidates(file: FileId, { stagedOf, beside }: Look): Generator<FileState> {
    if (beside) {
      yield* beside.of(file)
      return
    }
    const staged = stagedOf.get(file)
    if (staged) yield staged
    yield this.#options.live.stateOf(file)
    yield* this.#earlierStates(file)
  }

  /**
   * Does a tree hold exactly what the file is at a state? The state must not lack what some state of each parent has: a parent may have
   * got another one since the file was staged.
   */
  #explains(file: FileId, path: string, state: FileState, look: Look): boolean {
    const { history, views } = this.#options
    const { tree, parents } = look
    if (!history.isStateOf(file, state)) return false
    const isBelow = (anchor: Anchor): boolean => isWithin(stateOf(anchor, file), state)
    if (!parents.every(({ commit }) => views.live().anchorsOf(commit).some(isBelow))) return false
    const [parent] = parents
    const value = history.evaluator.valueAt(file, state)
    if (value.path === undefined) {
      const old = (parent && history.layoutOf(parent).pathOf(file)) ?? path
      return history.entryAt(tree, old) === undefined || this.#isTaken(old, file, look)
    }
    return this.#holds(tree, file, value)
  }

  /** Does the tree hold another file where this one was? */
  #isTaken(path: string, from: FileId, look: Look): boolean {
    const { history, live } = this.#options
    const file = look.staged.get(path)?.file ?? live.layout.fileAt(path)
    if (!file || file === from) return false
    for (const state of this.#candidates(file, look))
      if (this.#holds(look.tree, file, history.evaluator.valueAt(file, state))) return true
    return false
  }

  #holds(tree: ObjectId, file: FileId, value: FileValue): boolean {
    const { history } = this.#options
    if (value.path === undefined) return false
    // Where two files claim one path, one of them is shown, and committed, beside the other.
    const isClaimed = history.entryAt(tree, value.path) !== undefined
    return (isClaimed ? [value.path, besidePath(value.path, file)] : [value.path]).some((shown) =>
      isSameValue({ ...value, path: shown }, history.valueInTree(tree, shown)),
    )
  }

  /** States of a file before the newest one, newest first: a stock `git add` may have staged one of them. */
  *#earlierStates(file: FileId): Generator<FileState> {
    const { history, live, views } = this.#options
    const newest = live.stateOf(file)
    const seen = new Set<string>()
    const operations = [...history.log(file).within(newest)].sort(
      (a, b) => b.lamport - a.lamport || b.number - a.number,
    )
    for (const { feed, number } of operations.slice(0, maxEarlierStates)) {
      const before = views.stateBefore(file, feed, number)
      for (const state of [withCount(before, feed, number + 1), before]) {
        const key = stateKey(state)
        if (!seen.has(key)) yield state
        seen.add(key)
      }
    }
  }

  /** A file that had this path when it was staged, and that somebody has moved or deleted since. */
  #fileOnceAt(path: string, look: Look, except?: FileId): FileId | undefined {
    const { history, live } = this.#options
    return [...history.files].find((file) => {
      const state = live.stateOf(file)
      const registers = history.log(file).registersWithin(state)
      const isOnceThere =
        registers.some(({ value }) => value.register === 'path' && value.path === path) ||
        state.authors.some((id) => history.author(id).registers.path === path)
      return isOnceThere && file !== except && this.#stateOf(file, path, look)
    })
  }

  #type(file: FileId, path: string, { tree }: Look): FileState | undefined {
    const { history, live, files } = this.#options
    const value = history.valueInTree(tree, path)
    if (live.layout.fileAt(path) !== file || value.path === undefined) return undefined
    return files.interpose(path, contentOf(value), value.mode as FileMode)
  }

  /** What is committed is shared by that, also where it was held back until now, by its name or its size. */
  #create(path: string, value: TreeValue): FileId {
    return this.#options.files.createUnseen(path, contentOf(value), value.mode as FileMode)
  }
}

function nothingYet(): Pick<Look, 'states' | 'partial' | 'paths'> {
  return { states: new Map(), partial: new Set(), paths: new Map() }
}

function namedIn({ states, partial, paths }: Look): NamedStates {
  return { states, partial, ...(paths.size && { paths }) }
}

/** What a file that was staged in part has: the state of the parent that knows most of it. */
function partialState(ofParents: readonly FileState[]): FileState {
  return ofParents.find((state) => ofParents.every((other) => isWithin(other, state))) ?? ofParents[0] ?? emptyState
}
