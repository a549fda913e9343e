/** Who listens where. A topic exists while somebody does. */
export class Topics<Subscriber> {
  readonly #subscribers = new Map<string, Set<Subscriber>>()

  get size(): number {
    return this.#subscribers.size
  }

  of(topic: string): ReadonlySet<Subscriber> | undefined {
    return this.#subscribers.get(topic)
  }

  add(topic: string, subscriber: Subscriber): void {
    let set = this.#subscribers.get(topic)
    if (!set) this.#subscribers.set(topic, (set = new Set()))
    set.add(subscriber)
  }

  remove(topic: string, subscriber: Subscriber): void {
    const set = this.#subscribers.get(topic)
    if (set?.delete(subscriber) && set.size === 0) this.#subscribers.delete(topic)
  }
}
