import type { FeedId, ObjectId } from '../contracts/ids.ts'
import type { Anchor } from '../history/anchor.ts'
import type { Past } from '../history/causality.ts'
import type { Naming } from '../history/named-anchor.ts'
import type { RoomHistory } from '../history/room-history.ts'

/** The latest that are looked at again. */
const maxWatched = 64

/**
 * Commits of which nothing is known but what was typed for them, because they were told as from outside. Who typed beside that telling may
 * have typed what they hold.
 */
export class ToldCommits {
  readonly #history: RoomHistory
  /** By commit the first entry that told it. */
  readonly #tellings = new Map<ObjectId, { readonly feed: FeedId; readonly seq: number }>()
  readonly #due = new Set<ObjectId>()

  constructor(history: RoomHistory) {
    this.#history = history
  }

  /** Is there one to which something has come that may explain it? */
  get isDue(): boolean {
    return this.#due.size > 0
  }

  named({ anchor, feed, seq }: Naming): void {
    const { commit } = anchor
    if (!this.isTyped(anchor)) {
      this.#forget(commit)
      return
    }
    if (this.#tellings.has(commit)) return
    this.#tellings.set(commit, { feed, seq })
    this.#due.add(commit)
    const [oldest] = this.#tellings.keys()
    if (this.#tellings.size > maxWatched) this.#forget(oldest!)
  }

  #forget(commit: ObjectId): void {
    this.#tellings.delete(commit)
    this.#due.delete(commit)
  }

  /** Operations have come whose writer had this past. */
  operated(past: Past): void {
    for (const [commit, { feed, seq }] of this.#tellings) if ((past.get(feed) ?? 0) <= seq) this.#due.add(commit)
  }

  takeDue(): readonly ObjectId[] {
    const due = [...this.#due]
    this.#due.clear()
    return due
  }

  /** Does the state hold what was typed for its own commit? */
  isTyped({ commit, states }: Anchor): boolean {
    for (const { authors } of states.values())
      if (authors.some((id) => this.#history.author(id).commit === commit)) return true
    return false
  }
}
