import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import { parseCommit } from '../objects/commit.ts'

/** A commit that descends from the room's base, or the base itself. */
export interface CommitNode {
  readonly id: ObjectId
  /** Parents that descend from the base, in the order of the commit. */
  readonly parents: readonly ObjectId[]
  readonly tree: ObjectId
  /** Longest way from the base. */
  readonly depth: number
  readonly timeSeconds: number
}

/** Who walks back from a new commit stops at commits that are older than the base by more than this: they cannot descend from it. */
const clockSlackSeconds = 86_400

/** The commits between the room's base and whatever is known, read from Git objects. */
export class CommitGraph {
  readonly base: ObjectId
  readonly #objects: ObjectStore
  readonly #nodes = new Map<ObjectId, CommitNode>()
  readonly #foreign = new Set<ObjectId>()
  readonly #baseTimeSeconds: number

  constructor(objects: ObjectStore, base: ObjectId) {
    this.base = base
    this.#objects = objects
    const commit = this.#read(base)
    this.#baseTimeSeconds = commit?.timeSeconds ?? 0
    this.#nodes.set(base, {
      id: base,
      parents: [],
      tree: commit?.tree ?? ('' as ObjectId),
      depth: 0,
      timeSeconds: this.#baseTimeSeconds,
    })
  }

  /** The commit; 'foreign' where it does not descend from the base; 'missing' where an object on the way is not here. */
  get(id: ObjectId): CommitNode | 'foreign' | 'missing' {
    const stack = [id]
    while (stack.length) {
      const current = stack.at(-1)!
      if (this.#nodes.has(current) || this.#foreign.has(current)) {
        stack.pop()
        continue
      }
      const commit = this.#read(current)
      if (!commit) return 'missing'
      const unknown =
        commit.timeSeconds < this.#baseTimeSeconds - clockSlackSeconds
          ? []
          : commit.parents.filter((p) => !this.#nodes.has(p) && !this.#foreign.has(p))
      if (unknown.length) {
        stack.push(...unknown)
        continue
      }
      stack.pop()
      this.#settle(current, commit)
    }
    return this.#nodes.get(id) ?? 'foreign'
  }

  /** A node that is known to be in the graph. */
  node(id: ObjectId): CommitNode {
    const node = this.get(id)
    if (typeof node === 'string') throw new Error(`commit ${id} is ${node}`)
    return node
  }

  /** Is `ancestor` an ancestor of `id`, or `id` itself? */
  isAncestor(ancestor: ObjectId, id: ObjectId): boolean {
    const depth = this.node(ancestor).depth
    const seen = new Set<ObjectId>()
    const stack = [id]
    while (stack.length) {
      const current = stack.pop()!
      if (current === ancestor) return true
      if (seen.has(current) || this.node(current).depth <= depth) continue
      seen.add(current)
      stack.push(...this.node(current).parents)
    }
    return false
  }

  /** The deepest commit that both descend from; of several the lowest id. */
  commonAncestor(left: ObjectId, right: ObjectId): ObjectId {
    const ofLeft = this.#ancestors(left)
    let best = this.base
    for (const id of this.#ancestors(right)) {
      if (!ofLeft.has(id)) continue
      const depth = this.node(id).depth
      const bestDepth = this.node(best).depth
      if (depth > bestDepth || (depth === bestDepth && id < best)) best = id
    }
    return best
  }

  #ancestors(id: ObjectId): Set<ObjectId> {
    const seen = new Set<ObjectId>()
    const stack = [id]
    while (stack.length) {
      const current = stack.pop()!
      if (seen.has(current)) continue
      seen.add(current)
      stack.push(...this.node(current).parents)
    }
    return seen
  }

  #settle(id: ObjectId, commit: { tree: ObjectId; parents: readonly ObjectId[]; timeSeconds: number }): void {
    const parents = commit.parents.filter((p) => this.#nodes.has(p))
    if (!parents.length) {
      this.#foreign.add(id)
      return
    }
    const depth = 1 + Math.max(...parents.map((p) => this.#nodes.get(p)!.depth))
    this.#nodes.set(id, { id, parents, tree: commit.tree, depth, timeSeconds: commit.timeSeconds })
  }

  #read(id: ObjectId): { tree: ObjectId; parents: readonly ObjectId[]; timeSeconds: number } | undefined {
    const object = this.#objects.read(id)
    const commit = object?.type === 'commit' ? parseCommit(object.content) : undefined
    return commit && { tree: commit.tree, parents: commit.parents, timeSeconds: commit.committer.timeSeconds }
  }
}
