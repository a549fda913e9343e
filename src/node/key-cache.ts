import type { KeyObject } from 'node:crypto'

/** More keys than a large room has members are made anew each time. */
const maxKeys = 256

/** Keys that were made from raw bytes, the ones used last. */
export class KeyCache {
  readonly #make: (bytes: Uint8Array) => KeyObject
  readonly #keys = new Map<string, KeyObject>()

  constructor(make: (bytes: Uint8Array) => KeyObject) {
    this.#make = make
  }

  get(bytes: Uint8Array): KeyObject {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    const key = this.#keys.get(name) ?? this.#make(bytes)
    this.#keys.delete(name)
    this.#keys.set(name, key)
    if (this.#keys.size > maxKeys) this.#keys.delete(this.#keys.keys().next().value!)
    return key
  }
}
