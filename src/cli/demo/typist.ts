import { existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnvcsError } from '../../contracts/errors.ts'
import type { RoomHost } from '../../repository/room-host.ts'
import { insertion } from './insertion.ts'
import type { Script, Step } from './step.ts'

const waitMs = 10_000
const pollMs = 5

/** Does what a script says: through the room as an agent does, and on disk as a person with an editor does. */
export class Typist {
  readonly #host: RoomHost

  constructor(host: RoomHost) {
    this.#host = host
  }

  async run({ steps, beginMs = 0, pauseMs }: Script): Promise<void> {
    await sleep(Math.max(0, beginMs - Date.now()))
    for (const step of steps) {
      await this.#do(step)
      await sleep(pauseMs)
    }
  }

  async #do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'create':
        return writeFileSync(this.#onDisk(step.path), step.text)
      case 'move':
        return renameSync(this.#onDisk(step.from), this.#onDisk(step.to))
      case 'remove':
        return unlinkSync(this.#onDisk(step.path))
      case 'word':
        return this.#type(step)
    }
  }

  /** A file that another peer makes or moves may be on its way still. */
  async #type(step: Extract<Step, { kind: 'word' }>): Promise<void> {
    for (const endMs = Date.now() + waitMs; Date.now() < endMs; await sleep(pollMs))
      for (const path of step.paths) if (step.via === 'room' ? this.#edit(path, step) : this.#save(path, step)) return
    throw new AnvcsError('USAGE', { message: `The place to type at is not in ${step.paths.join(' or ')}.` })
  }

  #edit(path: string, step: Extract<Step, { kind: 'word' }>): boolean {
    const { files } = this.#host.room
    const text = files.text(path)
    const change = text === undefined ? undefined : insertion(text, step)
    if (change) files.edit(path, [change])
    return change !== undefined
  }

  #save(path: string, step: Extract<Step, { kind: 'word' }>): boolean {
    const full = this.#onDisk(path)
    const text = existsSync(full) ? readFileSync(full, 'utf8') : undefined
    const change = text === undefined ? undefined : insertion(text, step)
    if (text === undefined || !change) return false
    writeFileSync(full, text.slice(0, change.at) + change.insert + text.slice(change.at + change.remove))
    return true
  }

  #onDisk(path: string): string {
    return join(this.#host.workspace.git.workTree, path)
  }
}
