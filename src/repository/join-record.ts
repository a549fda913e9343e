import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { RoomId } from '../contracts/ids.ts'
import type { Vault } from '../contracts/vault.ts'
import type { DataFolder } from './data-folder.ts'

/** What a join by a ticket leaves in a clone: nothing before a member has given it keys, and nothing if the room is refused. */
export class JoinRecord {
  readonly #data: DataFolder
  readonly #branch: string
  readonly #room: RoomId
  readonly #before: RoomId | undefined
  readonly #isNew: boolean
  #saving: Promise<void> | undefined
  #isRecorded = false
  #isRefused = false

  private constructor(data: DataFolder, branch: string, room: RoomId, before: RoomId | undefined) {
    this.#data = data
    this.#branch = branch
    this.#room = room
    this.#before = before
    this.#isNew = !existsSync(data.room(room).path)
  }

  /** Looks at what is here before anything is written. */
  static async begin(data: DataFolder, branch: string, room: RoomId): Promise<JoinRecord> {
    return new JoinRecord(data, branch, room, await data.roomOf(branch))
  }

  /** The vault of the room. With its keys a join that is cut short can be resumed: from then on the branch has the room. */
  vault(inner: Vault): Vault {
    return {
      ...inner,
      save: (secrets) => {
        this.#saving = this.#save(inner, secrets)
        return this.#saving
      },
    }
  }

  async #save(inner: Vault, secrets: Uint8Array): Promise<void> {
    await inner.save(secrets)
    if (this.#isRecorded) return
    this.#isRecorded = true
    await this.#data.setRoom(this.#branch, this.#room)
  }

  /** The room cannot be had here, keys or not. */
  refuse(): void {
    this.#isRefused = true
  }

  /** The join came to no membership: takes back what cannot be resumed. Whatever was here before stays. */
  async end(): Promise<void> {
    // Keys that came in the last moment are still being written.
    await this.#saving?.catch(() => undefined)
    if (this.#isRecorded && !this.#isRefused) return
    if (this.#isRecorded) await this.#data.setRoom(this.#branch, this.#before)
    if (this.#isNew) await rm(this.#data.room(this.#room).path, { recursive: true, force: true })
  }
}
