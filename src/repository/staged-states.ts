import { fromBase64url, toBase64url } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import { readState, writeState, type FileState } from '../history/file-state.ts'
import type { GitIndex } from '../git/index-file.ts'
import { readJson, writeJson } from './data-folder.ts'

type Rows = Readonly<Record<string, readonly [string, string]>>

/** The states of files when they were staged: a commit uses one while the index still holds that blob. */
export class StagedStates {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Remembers what was staged. */
  async remember(
    staged: readonly { readonly path: string; readonly blob: string; readonly state: FileState }[],
  ): Promise<void> {
    const rows: Record<string, readonly [string, string]> = { ...(await this.#read()) }
    for (const { path, blob, state } of staged) rows[path] = [blob, toBase64url(encodeCbor(writeState(state)))]
    await writeJson(this.#path, rows)
  }

  async forget(paths: readonly string[]): Promise<void> {
    const rows = Object.entries(await this.#read()).filter(([path]) => !paths.includes(path))
    await writeJson(this.#path, Object.fromEntries(rows))
  }

  /** The states of paths whose blob is still staged. */
  async states(index: GitIndex): Promise<ReadonlyMap<string, readonly FileState[]>> {
    const rows = await this.#read()
    const out = new Map<string, readonly FileState[]>()
    for (const { path, id } of await index.staged(Object.keys(rows))) {
      const row = rows[path]
      const bytes = row?.[0] === id ? fromBase64url(row[1]) : undefined
      const value = bytes && decodeCbor(bytes)
      const state = value === undefined ? undefined : readState(value)
      if (state) out.set(path, [state])
    }
    return out
  }

  async #read(): Promise<Rows> {
    return ((await readJson(this.#path)) ?? {}) as Rows
  }
}
