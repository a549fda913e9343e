import type { MergedTrees, TreesOutput } from '../../contracts/merge-driver.ts'
import { fromUtf8, toHex } from '../../lib/bytes.ts'
import type { Language } from '../languages/language.ts'
import type { MergeTools } from '../merge-text.ts'
import type { Parsers } from '../syntax/parsers.ts'
import type { TreeFile } from '../trees/file-tree.ts'
import { findRenamesNow } from '../trees/find-renames.ts'
import { placeFiles } from '../trees/place-files.ts'
import { mergeAcrossNow } from './merge-across.ts'
import { rulesOf } from './rules-of.ts'
import { boundFiles } from './unbound-file.ts'

/**
 * What files of a merge use of each other, at once: the texts of those that follow what the other side renamed or moved, or a conflict where something
 * does not fit. The grammars that are missing for that are added to `wanted`.
 */
export function mergeTreesNow(
  input: MergedTrees,
  {
    parsers,
    crypto,
    wanted,
  }: { readonly parsers: Parsers; readonly wanted: Set<Language['grammar']> } & Pick<MergeTools, 'crypto'>,
): TreesOutput {
  const { changed } = input
  const isFollowed = (paths: readonly string[]) => paths.some((path) => rulesOf(path) !== undefined)
  const names = input.unbound
  if (!isFollowed(changed.left) || !isFollowed(changed.right)) return names.size > 0 ? conflict : fits(new Map())
  const [base, left, right, merged] = [input.base, input.left, input.right, input.merged].map((tree) => tree.files())
  const trees = { base: base!, left: left!, right: right! }
  const renames = { left: findRenamesNow(base!, left!), right: findRenamesNow(base!, right!) }
  const placed = placeFiles(trees, renames)
  const idOf = (content: Uint8Array): string => `merged ${toHex(crypto.sha256(content))}`
  const across = mergeAcrossNow({ trees, merged: merged!, placed, unsettled: new Set(), renames, parsers, idOf })
  if (across instanceof Set) {
    for (const grammar of across) wanted.add(grammar)
    return { status: 'unready' }
  }
  const unbound = new Map([...names].map(([path, each]) => [path, { names: each }] as const))
  if (across.findings.length > 0 || boundFiles(unbound, across).size < unbound.size) return conflict
  return fits(across.files)
}

const conflict: TreesOutput = { status: 'conflict' }

function fits(files: ReadonlyMap<string, TreeFile>): TreesOutput {
  const texts = new Map<string, string>()
  // What was repaired is in memory, and was a text.
  for (const [path, file] of files) texts.set(path, fromUtf8(file.read() as Uint8Array)!)
  return { status: 'clean', texts }
}
