import { portableCrypto } from './browser/crypto.ts'
import { fetchedGrammars } from './browser/fetched-grammars.ts'
import { createMergeText, type MergeText } from './merge/merge-text.ts'

export * from './merge/index.ts'

/** `mergeText` with the grammars of the package, from where its files are served. What serves them from elsewhere makes its own by `createMergeText`. */
export const mergeText: MergeText = createMergeText({
  grammars: { wasm: (name) => fetchedGrammars(new URL('../../grammars/', import.meta.url)).wasm(name) },
  crypto: portableCrypto,
})
