import type { ObjectId } from '../contracts/ids.ts'
import type { LocalConnection } from '../node/local-connection.ts'
import type { RejoinReport } from './rejoin.ts'
import type { RoomRefs, RoomRemote } from './room-remote.ts'
import type { RoomStatus } from './room-status.ts'

/** A room that another process of this clone runs. */
export class RunningRemote implements RoomRemote {
  readonly #running: LocalConnection
  readonly #options: { readonly signal?: AbortSignal }

  constructor(running: LocalConnection, signal: AbortSignal | undefined) {
    this.#running = running
    this.#options = signal ? { signal } : {}
  }

  async refs(): Promise<RoomRefs> {
    const { heads } = (await this.#running.request('rejoin', null, this.#options)) as RejoinReport
    const { branch } = (await this.#running.request('status', null, this.#options)) as RoomStatus
    return { branch: `refs/heads/${branch}`, heads }
  }

  async push(commit: ObjectId): Promise<void> {
    await this.#running.request('take', { commit }, this.#options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]()
  }
}
