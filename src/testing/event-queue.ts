/** Something that happens at a time; equal times keep the order in which they were added. */
export interface QueuedEvent {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

/** A binary heap of events, the earliest first. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = []
  #added = 0

  add(atMs: number, run: () => void): QueuedEvent {
    const event: QueuedEvent = { atMs, order: this.#added++, run, cancelled: false }
    const heap = this.#heap
    let at = heap.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isBefore(heap[parent]!, event)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = event
    return event
  }

  /** The earliest event that was not cancelled; it stays in the queue. */
  peek(): QueuedEvent | undefined {
    while (this.#heap[0]?.cancelled) this.#removeFirst()
    return this.#heap[0]
  }

  /** Takes the earliest event that was not cancelled. */
  take(): QueuedEvent | undefined {
    const first = this.peek()
    if (first) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (!heap.length) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

function isBefore(left: QueuedEvent, right: QueuedEvent): boolean {
  return left.atMs === right.atMs ? left.order < right.order : left.atMs < right.atMs
}
