import { portableCrypto } from './browser/crypto.ts'
import { fetchedGrammars } from './browser/fetched-grammars.ts'
import { createDescribeDiff, type DescribeDiff } from './merge/semantic-diff/describe-diff.ts'
import { createCheckAcross, createMoveEdits, type CheckAcross, type MoveEdits } from './merge/across/check-across.ts'
import { createMergeText, type MergeText, type MergeTools } from './merge/merge-text.ts'
import type { FileTree } from './merge/trees/file-tree.ts'
import { createMergeTrees, type MergeTrees } from './merge/trees/merge-trees.ts'
import { treeOf as makeTree } from './merge/trees/tree-of.ts'

export * from './merge/index.ts'

/** The grammars of the package, from where its files are served. What serves them from elsewhere makes its own by `createMergeText` and `createMergeTrees`. */
const tools: MergeTools = {
  grammars: { wasm: (name) => fetchedGrammars(new URL('../../grammars/', import.meta.url)).wasm(name) },
  crypto: portableCrypto,
}

/** `mergeText` with the grammars of the package. */
export const mergeText: MergeText = createMergeText(tools)

/** `mergeTrees` with the grammars of the package. */
export const mergeTrees: MergeTrees = createMergeTrees(tools)

/** A tree of texts and bytes by path, for `mergeTrees`. */
export const treeOf = (files: Readonly<Record<string, string | Uint8Array>>): FileTree =>
  makeTree(portableCrypto, files)

/** `describeDiff` with the same grammars. */
export const describeDiff: DescribeDiff = createDescribeDiff(tools)

/** `checkAcross` with the grammars of the package. */
export const checkAcross: CheckAcross = createCheckAcross(tools)

/** `moveEdits` with the grammars of the package. */
export const moveEdits: MoveEdits = createMoveEdits(tools)
