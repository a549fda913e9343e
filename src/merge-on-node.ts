import { createDescribeDiff, type DescribeDiff } from './merge/semantic-diff/describe-diff.ts'
import { createCheckAcross, createMoveEdits, type CheckAcross, type MoveEdits } from './merge/across/check-across.ts'
import { createFindRelatedCode, type FindRelatedCode } from './merge/across/related-code.ts'
import { createMergeText, type MergeText } from './merge/merge-text.ts'
import type { FileTree } from './merge/trees/file-tree.ts'
import { createMergeTrees, type MergeTrees } from './merge/trees/merge-trees.ts'
import { treeOf as makeTree } from './merge/trees/tree-of.ts'
import { grammarFiles } from './node/grammar-files.ts'
import { nodeCrypto } from './node/crypto.ts'

export * from './merge/index.ts'
export { openMergePool, type MergePool, type MergePoolOptions } from './merge-pool.ts'

/** `mergeText` with the grammars of the package. */
export const mergeText: MergeText = createMergeText({ grammars: grammarFiles, crypto: nodeCrypto })

/** `mergeTrees` with the grammars of the package. */
export const mergeTrees: MergeTrees = createMergeTrees({ grammars: grammarFiles, crypto: nodeCrypto })

/** A tree of texts and bytes by path, for `mergeTrees`. */
export const treeOf = (files: Readonly<Record<string, string | Uint8Array>>): FileTree => makeTree(nodeCrypto, files)

/** `describeDiff` with the grammars of the package. */
export const describeDiff: DescribeDiff = createDescribeDiff({ grammars: grammarFiles, crypto: nodeCrypto })

/** `checkAcross` with the grammars of the package. */
export const checkAcross: CheckAcross = createCheckAcross({ grammars: grammarFiles, crypto: nodeCrypto })

/** `moveEdits` with the grammars of the package. */
export const moveEdits: MoveEdits = createMoveEdits({ grammars: grammarFiles, crypto: nodeCrypto })

/** `findRelatedCode` with the grammars of the package. */
export const findRelatedCode: FindRelatedCode = createFindRelatedCode({ grammars: grammarFiles, crypto: nodeCrypto })
