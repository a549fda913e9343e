import { toHex } from '../../lib/bytes.ts'
import type { AcrossFinding } from '../across/across-finding.ts'
import { mergeAcross } from '../across/merge-across.ts'
import { replayMovedEdits } from '../across/moved-edits.ts'
import { boundFiles, type UnboundFile } from '../across/unbound-file.ts'
import type { MergeCertificate } from '../merge-result.ts'
import { createMergeText, type MergeTools } from '../merge-text.ts'
import { Parsers } from '../syntax/parsers.ts'
import type { ThreeTrees, TreeFile } from './file-tree.ts'
import { mergeFile } from './merge-file.ts'
import { placeFiles, renamesOf, type PlacedFile } from './place-files.ts'
import type { MergeTreesResult, TreeCheck, TreeConflict } from './tree-result.ts'

/** Three trees; files that are alike are not read. */
export interface MergeTreesInput extends ThreeTrees {
  readonly signal?: AbortSignal | undefined
}

/**
 * Merges trees of files: renames and deletions as git's merge-ort means them, each file by `mergeText`. One file after the other is read; what was
 * merged is kept. An abort rejects with the reason of the signal.
 */
export type MergeTrees = (input: MergeTreesInput) => Promise<MergeTreesResult>

/** Raised with every change that gives the same trees another result. */
const version = 1

export function createMergeTrees(tools: MergeTools): MergeTrees {
  const mergeText = createMergeText(tools)
  const parsers = new Parsers(tools.grammars, tools.crypto)
  const idOf = (content: Uint8Array): string => `merged ${toHex(tools.crypto.sha256(content))}`
  return async ({ signal, ...trees }) => {
    signal?.throwIfAborted()
    const renames = await renamesOf(trees)
    const files = new Map<string, TreeFile>()
    const unbound = new Map<string, UnboundFile>()
    const open = new Map<string, TreeConflict>()
    const certificates = new Map<string, MergeCertificate>()
    const all = placeFiles(trees, renames)
    for (const placed of all) {
      signal?.throwIfAborted()
      const { file, conflict, certificate, ...other } = await mergeFile(placed, { mergeText, idOf, signal })
      if (file && !files.has(placed.path)) files.set(placed.path, file)
      if (conflict) open.set(`${placed.path} ${placed.paths.base}`, conflict)
      if (certificate) certificates.set(placed.path, certificate)
      if (other.unbound) unbound.set(placed.path, other.unbound)
    }
    const moved = await replayMovedEdits({
      trees,
      merged: files,
      open: all.filter((placed) => isOpenText(placed, open) && !unbound.has(placed.path)).map(({ path }) => path),
      renames,
      parsers,
      mergeText,
      idOf,
      signal,
    })
    for (const [path, file] of moved.files) files.set(path, file)
    for (const [key, { path }] of open) if (moved.settled.has(path)) open.delete(key)
    const merged = new Map([...files, ...[...unbound].map(([path, { file }]) => [path, file] as const)])
    const unsettled = new Set([...open.values()].map(({ path }) => path).filter((path) => !unbound.has(path)))
    const across = await mergeAcross({ trees, merged, placed: all, unsettled, renames, parsers, idOf, signal })
    const bound = boundFiles(unbound, across)
    for (const [path, file] of across.files) if (!unbound.has(path)) files.set(path, file)
    for (const [path, file] of bound) files.set(path, file)
    for (const [key, { path }] of open) if (bound.has(path)) open.delete(key)
    const conflicts = [...open.values()]
    const isOpen = ({ used }: AcrossFinding) => conflicts.some(({ path }) => path === used.path)
    const findings = [...across.findings, ...moved.unclear.filter(isOpen)]
    const repaired = [...moved.repaired, ...across.repaired]
    if (conflicts.length + findings.length > 0) return { status: 'conflict', files, conflicts, findings, repaired }
    const checks: readonly TreeCheck[] = ['paths', 'files', ...(across.isWhole ? (['across'] as const) : [])]
    const certificate = { version, checks, files: certificates }
    return { status: 'clean', files, conflicts: [], findings: [], repaired, certificate }
  }
}

/** Does a file that lies at one place in all trees conflict by its text? */
function isOpenText({ path, paths }: PlacedFile, open: ReadonlyMap<string, TreeConflict>): boolean {
  const isAtPlace = [paths.base, paths.left, paths.right].every((each) => each === path)
  return isAtPlace && open.get(`${path} ${paths.base}`)?.reason === 'text'
}
