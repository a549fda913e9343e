import { toBase64url, fromBase64url } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import { readState, writeState, type FileState } from '../history/file-state.ts'
import type { FileId, ObjectId } from '../contracts/ids.ts'
import { readJson, writeJson } from './data-folder.ts'

/** What lay on disk at a path when it was last looked at: the state of a file of the room. */
export interface MirroredFile {
  readonly file: FileId
  readonly state: FileState
}

/** What the mirror remembers from run to run. */
export interface MirrorState {
  /** The tree that was checked out when mirroring began: what untouched files hold. */
  readonly origin: ObjectId
  /** Paths that were untracked then: they are shared only when they are added. */
  readonly held: readonly string[]
  /** Undefined: nothing lies there. */
  readonly files: ReadonlyMap<string, MirroredFile | undefined>
}

interface Stored {
  readonly version: 1
  readonly origin: string
  readonly held: readonly string[]
  readonly files: Readonly<Record<string, readonly [string, string] | null>>
}

/** The remembered state, or undefined where there is none. It is a cache of ours: what cannot be read is left out. */
export async function readMirrorState(path: string): Promise<MirrorState | undefined> {
  const stored = (await readJson(path)) as Stored | undefined
  if (stored?.version !== 1) return undefined
  const files = new Map<string, MirroredFile | undefined>()
  for (const [name, row] of Object.entries(stored.files)) {
    const bytes = row ? fromBase64url(row[1]) : undefined
    const value = bytes && decodeCbor(bytes)
    const state = value === undefined ? undefined : readState(value)
    if (!row || state) files.set(name, row && state ? { file: row[0] as FileId, state } : undefined)
  }
  return { origin: stored.origin as ObjectId, held: stored.held, files }
}

export async function writeMirrorState(path: string, { origin, held, files }: MirrorState): Promise<void> {
  const rows = [...files].map(([name, mirrored]) => [
    name,
    mirrored ? [mirrored.file, toBase64url(encodeCbor(writeState(mirrored.state)))] : null,
  ])
  await writeJson(path, { version: 1, origin, held, files: Object.fromEntries(rows) as Stored['files'] })
}
