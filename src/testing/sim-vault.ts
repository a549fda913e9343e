import type { Vault } from '../contracts/vault.ts'
import type { SimMount } from './sim-disk.ts'
import { recordWrite, recoverRecords } from './sim-records.ts'

/** Keys on a simulated disk: the last whole record counts, so that a crash leaves the old keys or the new ones. */
export class SimVault implements Vault {
  readonly #mount: SimMount
  readonly #name: string

  constructor(mount: SimMount, name = 'vault') {
    this.#mount = mount
    this.#name = name
  }

  async load(): Promise<Uint8Array | undefined> {
    const records = await recoverRecords(this.#mount, this.#name)
    return records.at(-1)
  }

  async save(secrets: Uint8Array): Promise<void> {
    this.#mount.append([recordWrite(this.#name, secrets)])
    await this.#mount.flush()
  }
}
