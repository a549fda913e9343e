/** More keys than a large room has members are made anew each time. */
const maxKeys = 256

/** What was made of the raw bytes of keys, of the ones used last. */
export class KeyCache<T> {
  readonly #make: (bytes: Uint8Array) => T
  readonly #keys = new Map<string, T>()

  constructor(make: (bytes: Uint8Array) => T) {
    this.#make = make
  }

  get(bytes: Uint8Array): T {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    const known = this.#keys.get(name)
    const key = known === undefined ? this.#make(bytes) : known
    this.#keys.delete(name)
    this.#keys.set(name, key)
    if (this.#keys.size > maxKeys) this.#keys.delete(this.#keys.keys().next().value!)
    return key
  }
}
