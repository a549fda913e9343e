import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectId } from '../../contracts/ids.ts'
import { toHex, utf8 } from '../../lib/bytes.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import { readJson, writeJson } from '../data-folder.ts'
import { guardDigest, type Guard } from './guard.ts'

/** Results that are kept; the oldest go first. */
const maxKept = 256

/** What a guard printed where it passed, and how long it took. */
export interface PassedGuard {
  readonly output: string
  readonly isCut: boolean
  readonly durationMs: number
}

/**
 * Which guards have passed on which trees, so that they need not run there again. What failed is not kept: it may have been the machine, or something
 * that was not installed yet.
 */
export class PassedGuards {
  readonly #folder: string

  /** `dataDir`: our folder in the repository. */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'guards')
  }

  read(guard: Guard, tree: ObjectId): PassedGuard | undefined {
    const kept = readJson(this.#place(guard, tree)) as Partial<PassedGuard> | null | undefined
    if (typeof kept?.output !== 'string' || typeof kept.durationMs !== 'number') return undefined
    return { output: kept.output, isCut: kept.isCut === true, durationMs: kept.durationMs }
  }

  /** Whether it can be kept changes nothing but the time of the next run. */
  async keep(guard: Guard, tree: ObjectId, { output, isCut, durationMs }: PassedGuard): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeJson(this.#place(guard, tree), { output, isCut, durationMs })
      await this.#dropOldest()
    } catch {
      // A full disk, or a folder of another user of the repository.
    }
  }

  #place(guard: Guard, tree: ObjectId): string {
    return join(this.#folder, `${toHex(nodeCrypto.sha256(utf8(`${guardDigest([guard])} ${tree}`)))}.json`)
  }

  async #dropOldest(): Promise<void> {
    const names = await readdir(this.#folder)
    if (names.length <= maxKept) return
    const files = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    )
    const old = files.sort((a, b) => a.at - b.at).slice(0, names.length - maxKept)
    for (const { name } of old) await rm(join(this.#folder, name), { force: true })
  }
}
