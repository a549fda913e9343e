import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import type { WorkTreeFile } from '../contracts/work-tree.ts'
import { maxFileBytes, textOfBlob } from '../document/seed.ts'
import type { FileValue } from '../history/file-value.ts'
import { objectId } from '../objects/object-id.ts'
import type { FileMode } from '../room/room-files.ts'

/** What lies at a path, as the mirror compares it: text, or the id of a blob. */
export interface MirrorContent {
  readonly mode: FileMode
  /** Undefined for binary files and symlinks. */
  readonly text: string | undefined
  readonly blob: ObjectId | undefined
}

/** What lies on disk; 'too large' above the limit for shared files. */
export function contentOfFile(crypto: Crypto, format: ObjectFormat, file: WorkTreeFile): MirrorContent | 'too large' {
  const { mode, content } = file
  if (content.length > maxFileBytes) return 'too large'
  const text = mode === 0o120000 ? undefined : textOfBlob(content)
  const blob = text === undefined ? objectId(crypto, format, { type: 'blob', content }) : undefined
  return { mode, text, blob }
}

/** What a room or a tree holds; undefined where it holds nothing there. */
export function contentOfValue(value: FileValue): MirrorContent | undefined {
  if (value.path === undefined) return undefined
  const { mode, blob } = value
  return { mode: mode as FileMode, text: blob === undefined ? value.text : undefined, blob }
}

export function isSameContent(left: MirrorContent | undefined, right: MirrorContent | undefined): boolean {
  return left?.mode === right?.mode && left?.text === right?.text && left?.blob === right?.blob
}

/** Are both the same file but for the mode? */
export function isSameBytes(left: MirrorContent, right: MirrorContent): boolean {
  return left.text === right.text && left.blob === right.blob
}
