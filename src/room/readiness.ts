import { AnvcsError } from '../contracts/errors.ts'
import type { Emitter } from '../lib/emitter.ts'
import type { RoomEvents } from './room-events.ts'

/** Something that comes true once, or never for a reason. */
export class Readiness {
  #isReady = false
  #fault: AnvcsError | undefined
  #waiting: ((fault?: AnvcsError) => void)[] = []

  get fault(): AnvcsError | undefined {
    return this.#fault
  }

  succeed(): void {
    this.#isReady = true
    for (const settle of this.#waiting.splice(0)) settle()
  }

  fail(fault: AnvcsError): void {
    this.#fault ??= fault
    for (const settle of this.#waiting.splice(0)) settle(fault)
  }

  /** Resolves when it is so, rejects when it never will be or the signal aborts. */
  async wait({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted()
    if (this.#fault) throw this.#fault
    if (this.#isReady) return
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal!.reason as Error)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.push((fault) => {
        signal?.removeEventListener('abort', abort)
        if (fault) reject(fault)
        else resolve()
      })
    })
  }
}

/** So often a member may be met that closes the link before it gives any keys. */
const maxRefusals = 3

/** A refusal is told by no message: the member closes the link where it would have sent keys. `isOut`: nobody has given any. */
export function tellRefusals(events: Emitter<RoomEvents>, readiness: Readiness, isOut: () => boolean): void {
  let refusals = 0
  events.on('peer', ({ state }) => {
    if (state === 'gone' && isOut() && ++refusals === maxRefusals) readiness.fail(new AnvcsError('TICKET_SPENT'))
  })
}
