import { AnvcsError } from '../contracts/errors.ts'
import type { Link } from '../contracts/transport.ts'

/** Sends frames over a link as fast as it takes them, and no faster. */
export class LinkPump {
  readonly #link: Link
  readonly #next: () => Uint8Array | undefined
  /** Called when everything queued has been handed to the link: room for more bulk. */
  readonly #onEmpty: () => void
  #running = false
  #due = false
  #closed = false

  constructor(link: Link, next: () => Uint8Array | undefined, onEmpty: () => void) {
    this.#link = link
    this.#next = next
    this.#onEmpty = onEmpty
    void link.closed.then(() => (this.#closed = true))
  }

  /** Something may wait to be sent. */
  wake(): void {
    this.#due = true
    if (this.#running || this.#closed) return
    this.#running = true
    void this.#run()
  }

  async #run(): Promise<void> {
    while (this.#due && !this.#closed) {
      this.#due = false
      for (let frame = this.#next(); frame; frame = this.#next()) if (!(await this.#send(frame))) return
      this.#onEmpty()
    }
    // No wait lies between the last look and this: what is queued from now on wakes the pump anew.
    this.#running = false
  }

  /** False where the link is gone. */
  async #send(frame: Uint8Array): Promise<boolean> {
    try {
      if (!this.#link.send(frame)) await this.#link.drained()
      return true
    } catch (error) {
      if (!AnvcsError.is(error, 'LINK_CLOSED')) await this.#link.close('the link failed while sending')
      return false
    }
  }
}
