import type { ObjectId } from '../contracts/ids.ts'
import type { RefChange, Refs } from '../contracts/refs.ts'
import { fromUtf8, utf8 } from '../lib/bytes.ts'
import type { SimMount } from './sim-disk.ts'
import { recordWrite, recoverRecords } from './sim-records.ts'

const name = 'refs'

/** Refs on a simulated disk; a transaction is one record. */
export class SimRefs implements Refs {
  readonly #mount: SimMount
  readonly #refs = new Map<string, ObjectId>()

  private constructor(mount: SimMount) {
    this.#mount = mount
  }

  /** Reads what the last process has left. */
  static async open(mount: SimMount): Promise<SimRefs> {
    const refs = new SimRefs(mount)
    for (const record of await recoverRecords(mount, name))
      refs.#apply(
        (JSON.parse(fromUtf8(record)!) as [string, ObjectId | null][]).map(([ref, to]) => [ref, to ?? undefined]),
      )
    return refs
  }

  read(ref: string): ObjectId | undefined {
    return this.#refs.get(ref)
  }

  list(prefix: string): readonly { readonly name: string; readonly id: ObjectId }[] {
    return [...this.#refs]
      .filter(([ref]) => ref.startsWith(prefix))
      .map(([ref, id]) => ({ name: ref, id }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async update(changes: readonly RefChange[]): Promise<boolean> {
    // Left out and undefined differ: whatever it is, and nothing.
    if (changes.some((change) => 'expect' in change && this.#refs.get(change.name) !== change.expect)) return false
    const moved = changes.map(({ name: ref, to }) => [ref, to] as const)
    this.#mount.append([recordWrite(name, utf8(JSON.stringify(moved.map(([ref, to]) => [ref, to ?? null]))))])
    this.#apply(moved)
    await this.#mount.flush()
    return true
  }

  #apply(moved: readonly (readonly [string, ObjectId | undefined])[]): void {
    for (const [ref, to] of moved) {
      if (to === undefined) this.#refs.delete(ref)
      else this.#refs.set(ref, to)
    }
  }
}
