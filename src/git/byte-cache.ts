/** Keeps what was used last, up to a number of bytes. */
export class ByteCache<T> {
  readonly #maxBytes: number
  readonly #sizeOf: (value: T) => number
  readonly #values = new Map<string, T>()
  #bytes = 0

  constructor(maxBytes: number, sizeOf: (value: T) => number) {
    this.#maxBytes = maxBytes
    this.#sizeOf = sizeOf
  }

  get(key: string): T | undefined {
    const value = this.#values.get(key)
    if (value !== undefined) {
      this.#values.delete(key)
      this.#values.set(key, value)
    }
    return value
  }

  /** One value never takes more than a quarter, so that a large blob does not drive out all trees. */
  set(key: string, value: T): void {
    const size = this.#sizeOf(value)
    if (size > this.#maxBytes / 4 || this.#values.has(key)) return
    this.#values.set(key, value)
    this.#bytes += size
    for (const [oldest, old] of this.#values) {
      if (this.#bytes <= this.#maxBytes) break
      this.#values.delete(oldest)
      this.#bytes -= this.#sizeOf(old)
    }
  }
}
