import { fromBase64url, toBase64url } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import type { FileId } from '../contracts/ids.ts'
import { readState, writeState } from '../history/file-state.ts'
import type { StagedState } from '../room/commit-states.ts'
import type { GitIndex } from '../git/index-file.ts'
import { readJson, writeJson } from './data-folder.ts'

/** Per path: blob, state, file. */
type Rows = Readonly<Record<string, readonly [string, string, string]>>

/** The states of files when they were staged: a commit uses one while the index still holds that blob. */
export class StagedStates {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Remembers what was staged. */
  async remember(staged: readonly (StagedState & { readonly path: string; readonly blob: string })[]): Promise<void> {
    const rows: Record<string, readonly [string, string, string]> = { ...(await this.#read()) }
    for (const { path, blob, state, file } of staged)
      rows[path] = [blob, toBase64url(encodeCbor(writeState(state))), file]
    await writeJson(this.#path, rows)
  }

  async forget(paths: readonly string[]): Promise<void> {
    const rows = Object.entries(await this.#read()).filter(([path]) => !paths.includes(path))
    await writeJson(this.#path, Object.fromEntries(rows))
  }

  /** The states of paths whose blob is still staged. */
  async states(index: GitIndex): Promise<ReadonlyMap<string, StagedState>> {
    const rows = await this.#read()
    const out = new Map<string, StagedState>()
    for (const { path, id } of await index.staged(Object.keys(rows))) {
      const row = rows[path]
      const bytes = row?.[0] === id ? fromBase64url(row[1]) : undefined
      const value = bytes && decodeCbor(bytes)
      const state = value === undefined ? undefined : readState(value)
      if (state) out.set(path, { file: row![2] as FileId, state })
    }
    return out
  }

  async #read(): Promise<Rows> {
    return (readJson(this.#path) ?? {}) as Rows
  }
}
