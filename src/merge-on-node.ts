import { createMergeText, type MergeText } from './merge/merge-text.ts'
import { grammarFiles } from './node/grammar-files.ts'
import { nodeCrypto } from './node/crypto.ts'

export * from './merge/index.ts'

/** `mergeText` with the grammars of the package. */
export const mergeText: MergeText = createMergeText({ grammars: grammarFiles, crypto: nodeCrypto })
