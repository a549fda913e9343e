import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nulItems } from '../git/git-lists.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { usualMarkerSize } from '../merge/merged-text.ts'
import { readMarkers, type MarkedPiece } from '../merge/read-markers.ts'
import { isReachedDirectly } from './view-folder.ts'
import type { Workspace } from './workspace.ts'

/** Larger files are not read for markers: no merge writes them. */
const maxMarkedBytes = 1 << 27
/** As git takes it from the attributes. */
const maxMarkerSize = 1000

/** A file of the work tree with its conflicts. */
export interface MarkedFile {
  readonly encoding: 'utf8' | 'latin1'
  /** Undefined where the markers are damaged. */
  readonly pieces: readonly MarkedPiece[] | undefined
}

/** Bytes as text so that nothing is lost: what is not UTF-8 is one character a byte. */
export function losslessText(bytes: Uint8Array): { readonly text: string; readonly encoding: 'utf8' | 'latin1' } {
  const text = fromUtf8(bytes)
  const isWhole = text !== undefined && Buffer.byteLength(text) === bytes.length
  return isWhole ? { text, encoding: 'utf8' } : { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' }
}

/** Undefined where there is no file, or a link is there or on the way to it. */
export async function readMarkedFile(
  { git }: Workspace,
  path: string,
  signal: AbortSignal | undefined,
): Promise<MarkedFile | undefined> {
  const place = join(git.workTree, path)
  const info = await lstat(place).catch(() => undefined)
  if (!info?.isFile() || info.size > maxMarkedBytes || !(await isReachedDirectly(git.workTree, path))) return undefined
  const { text, encoding } = losslessText(await readFile(place, { signal }))
  const output = await git.git.run(['check-attr', '-z', 'conflict-marker-size', '--', path], { signal })
  const told = Number(nulItems(output)[2])
  const size = Number.isInteger(told) && told > 0 && told <= maxMarkerSize ? told : usualMarkerSize
  return { encoding, pieces: readMarkers(text, size) }
}
