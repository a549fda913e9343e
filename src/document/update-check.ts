import { readSentUpdate, type ItemPlace, type TextUpdate, type UnitRange } from './update-reader.ts'

export interface UpdateCheck {
  /** The Yjs client id that belongs to the writer. */
  readonly client: number
  /** How many units of this file the writer has typed before. */
  readonly nextClock: number
  /** How many units of another client the writer had seen; 0 for a client that it cannot know. Asked again for each run of references. */
  readonly known: (client: number) => number
}

/** `nextClock` is the writer's clock after the update, `read` what it says. */
export type UpdateVerdict =
  | { readonly ok: true; readonly nextClock: number; readonly read: TextUpdate }
  | { readonly ok: false; readonly reason: string }

/**
 * The update check. Yjs takes any update from anybody, so this is the wall: an update is one edit of the root text by the
 * client that it belongs to, in the one form that Yjs writes, goes on exactly where that client stopped, and builds only
 * on units that its writer knew before it. Whether an item's neighbours stood beside each
 * other is not seen here: `TextDocument.apply` mends that.
 */
export function checkUpdate(update: Uint8Array, check: UpdateCheck): UpdateVerdict {
  const read = readSentUpdate(update)
  if (!read) return refused('the update is not an edit of a text in its one form')
  const { typed, places, deleted } = read
  if (!typed && !deleted.length) return refused('the update does nothing')
  if (typed && typed.client !== check.client) return refused('the update types in the name of another client')
  if (typed && typed.clock !== check.nextClock) return refused('the update does not go on where its client stopped')
  const nextClock = check.nextClock + (typed?.length ?? 0)
  if (!Number.isSafeInteger(nextClock)) return refused('the clock of the client is used up')
  const past = new Past(check)
  for (const place of places) if (!past.holdsPlace(place)) return refused('an item stands beside an unknown one')
  for (const range of deleted) if (!past.holdsRange(range)) return refused('the update deletes what is not known')
  return { ok: true, nextClock, read }
}

function refused(reason: string): UpdateVerdict {
  return { ok: false, reason }
}

/** What the writer knew before the update. References come in runs of one client, so that the last answer is kept. */
class Past {
  readonly #check: UpdateCheck
  #client = -1
  #clock = 0

  constructor(check: UpdateCheck) {
    this.#check = check
  }

  holdsPlace({ leftClient, leftClock, rightClient, rightClock }: ItemPlace): boolean {
    if (leftClient >= 0 && leftClock >= this.#clockOf(leftClient)) return false
    return rightClient < 0 || rightClock < this.#clockOf(rightClient)
  }

  holdsRange({ client, clock, length }: UnitRange): boolean {
    return clock + length <= this.#clockOf(client)
  }

  #clockOf(client: number): number {
    if (client === this.#check.client) return this.#check.nextClock
    if (client !== this.#client) {
      this.#client = client
      this.#clock = this.#check.known(client)
    }
    return this.#clock
  }
}
