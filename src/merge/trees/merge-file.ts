import { mergeBytes } from '../merge-bytes.ts'
import { utf8 } from '../../lib/bytes.ts'
import type { UnboundFile } from '../across/unbound-file.ts'
import type { MergeCertificate } from '../merge-result.ts'
import type { MergeText } from '../merge-text.ts'
import { isRegular, isSameFile, type TreeFile } from './file-tree.ts'
import type { PlacedFile } from './place-files.ts'
import type { TreeConflict, TreeConflictReason } from './tree-result.ts'

/** What became of one file; undefined where it is deleted. */
export interface MergedFile {
  readonly file: TreeFile | undefined
  readonly conflict?: TreeConflict
  readonly certificate?: MergeCertificate
  /** What would be a clean merge but for some names: they may follow what the other side renamed. */
  readonly unbound?: UnboundFile
}

/** How a file is merged, and how what was merged is named. */
export interface FileMerger {
  readonly mergeText: MergeText
  readonly idOf: (content: Uint8Array) => string
  readonly signal?: AbortSignal | undefined
}

/** The versions of one file, by value where one side left them alone, else by `mergeText`. */
export async function mergeFile(placed: PlacedFile, merger: FileMerger): Promise<MergedFile> {
  const { path, base, left, right, conflict, others } = placed
  const failed = (reason: TreeConflictReason, file: TreeFile | undefined): MergedFile => ({
    file,
    conflict: { path, reason, ...(others?.length && { others }), conflicts: [] },
  })
  if (!left || !right) return conflict ? failed(conflict, left ?? right) : { file: left ?? right }
  if (isSameFile(left, right)) return conflict ? failed(conflict, left) : { file: left }
  const mode = mergeValue(base?.mode, left.mode, right.mode)
  if (mode === undefined && [left, right].some((file) => !isRegular(file))) return failed(conflict ?? 'kind', left)
  const id = mergeValue(base?.id, left.id, right.id)
  if (id !== undefined && mode !== undefined) {
    const file = { ...(id === left.id ? left : right), mode }
    return conflict ? failed(conflict, file) : { file }
  }
  if (id !== undefined) return failed(conflict ?? 'kind', left)
  if (![left, right, ...(base ? [base] : [])].every(isRegular)) return failed(conflict ?? 'kind', left)
  return mergeContents(placed, { base, left, right, mode }, merger)
}

/** What one side changed and the other one did not; undefined where both did. */
function mergeValue<Value>(base: Value | undefined, left: Value, right: Value): Value | undefined {
  return left === right || right === base ? left : left === base ? right : undefined
}

async function mergeContents(
  { path, conflict, others }: PlacedFile,
  versions: {
    readonly base: TreeFile | undefined
    readonly left: TreeFile
    readonly right: TreeFile
    readonly mode: number | undefined
  },
  { mergeText, idOf, signal }: FileMerger,
): Promise<MergedFile> {
  const { left, mode = left.mode } = versions
  const contents = await Promise.all([versions.base?.read() ?? new Uint8Array(), left.read(), versions.right.read()])
  const input = { path, base: contents[0], left: contents[1], right: contents[2], signal }
  const merged = await mergeBytes(input, mergeText)
  const about = { path, ...(others?.length && { others }) }
  if (merged.status === 'binary')
    return { file: left, conflict: { ...about, reason: conflict ?? 'binary', conflicts: [] } }
  const file = { mode, id: idOf(merged.bytes), read: () => merged.bytes }
  const kind = versions.mode === undefined ? 'kind' : undefined
  if (merged.status === 'clean' && !conflict && !kind) return { file, certificate: merged.certificate }
  const { conflicts } = merged
  const findings = merged.status === 'conflict' && merged.findings ? { findings: merged.findings } : {}
  const failed = { file, conflict: { ...about, reason: conflict ?? kind ?? 'text', conflicts, ...findings } }
  const unbound = merged.status === 'conflict' && !conflict && !kind ? merged.unbound : undefined
  if (!unbound) return failed
  const bytes = utf8(unbound.text)
  return { ...failed, unbound: { file: { mode, id: idOf(bytes), read: () => bytes }, names: unbound.names } }
}
