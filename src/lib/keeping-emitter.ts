import { Emitter } from './emitter.ts'

const maxKept = 1000

/** An emitter that keeps what nobody has listened to yet, the newest of it, and hands it to whoever listens first. */
export class KeepingEmitter<Events extends object> extends Emitter<Events> {
  /** Undefined for what has been listened to. */
  readonly #kept = new Map<keyof Events, unknown[] | undefined>()

  override on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const stop = super.on(name, listener)
    const kept = this.#kept.get(name) ?? []
    this.#kept.set(name, undefined)
    for (const value of kept) super.emit(name, value as Events[Name])
    return stop
  }

  override emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    super.emit(name, value)
    if (!this.#kept.has(name)) this.#kept.set(name, [])
    const kept = this.#kept.get(name)
    if (kept?.push(value) === maxKept + 1) kept.shift()
  }
}
