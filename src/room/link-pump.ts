import { AnvcsError } from '../contracts/errors.ts'
import type { Link } from '../contracts/transport.ts'

/** Sends frames over a link as fast as it takes them, and no faster. */
export class LinkPump {
  readonly #link: Link
  readonly #next: () => Uint8Array | undefined
  /** Called when everything queued has been handed to the link: room for more bulk. */
  readonly #onEmpty: () => void
  #running = false
  #closed = false

  constructor(link: Link, next: () => Uint8Array | undefined, onEmpty: () => void) {
    this.#link = link
    this.#next = next
    this.#onEmpty = onEmpty
    void link.closed.then(() => (this.#closed = true))
  }

  /** Something may wait to be sent. */
  wake(): void {
    if (this.#running || this.#closed) return
    this.#running = true
    void this.#run().finally(() => (this.#running = false))
  }

  async #run(): Promise<void> {
    for (;;) {
      const frame = this.#next()
      if (!frame) {
        this.#onEmpty()
        const more = this.#next()
        if (!more) return
        if (!(await this.#send(more))) return
      } else if (!(await this.#send(frame))) return
    }
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
