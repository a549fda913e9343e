import type { FeedStore } from '../contracts/feed-store.ts'
import type { Entry } from '../journal/entry.ts'
import { replayJournal } from './replay.ts'
import type { RoomState } from './room-state.ts'

/**
 * Takes in what the journal of this device holds. An entry whose merge needs a grammar is judged when that is loaded: what comes after it in its feed
 * rests on it, and the own feed has to be whole before anything is added. Rejects where a grammar cannot be had.
 */
export async function replayRoom(
  store: FeedStore,
  state: RoomState,
  traffic: { replayed(entries: readonly Entry[]): void },
): Promise<void> {
  const { replica } = state
  for await (const batch of replayJournal(store, replica)) {
    let report = replica.receive(batch.map(({ bytes }) => bytes))
    traffic.replayed(report.accepted)
    while (report.isUnready) {
      await state.begun.history.driver.prepare()
      report = replica.prepared()
      traffic.replayed(report.accepted)
    }
  }
  state.engines?.live.takeChangedPaths()
}
