import type { Known } from './neighbours.ts'
import { readSentUpdate, type ItemPlace, type TextUpdate } from './update-reader.ts'

export interface UpdateCheck {
  /** The Yjs client id that belongs to the writer. */
  readonly client: number
  /** How many units of this file the writer has typed before. */
  readonly nextClock: number
  /** How many units of another client the writer had seen; 0 for a client that it cannot know. */
  readonly known: Known
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
  const { typed, items, deleted } = read
  if (!typed && !deleted.length) return refused('the update does nothing')
  if (typed && typed.client !== check.client) return refused('the update types in the name of another client')
  if (typed && typed.clock !== check.nextClock) return refused('the update does not go on where its client stopped')
  const nextClock = check.nextClock + (typed?.length ?? 0)
  if (!Number.isSafeInteger(nextClock)) return refused('the clock of the client is used up')
  for (const item of items) if (!isKnownPlace(item, check)) return refused('an item stands beside an unknown one')
  for (const { client, clock, length } of deleted)
    if (clock + length > clockOf(client, check)) return refused('the update deletes what is not known')
  return { ok: true, nextClock, read }
}

function refused(reason: string): UpdateVerdict {
  return { ok: false, reason }
}

function isKnownPlace({ leftClient, leftClock, rightClient, rightClock }: ItemPlace, check: UpdateCheck): boolean {
  if (leftClient >= 0 && leftClock >= clockOf(leftClient, check)) return false
  return rightClient < 0 || rightClock < clockOf(rightClient, check)
}

/** What the writer knew of a client before the update. */
function clockOf(client: number, { client: own, nextClock, known }: UpdateCheck): number {
  return client === own ? nextClock : known(client)
}
