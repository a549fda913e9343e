import type { Crypto } from '../../contracts/crypto.ts'
import { AnvcsError } from '../../contracts/errors.ts'
import type { GrammarSource } from '../../contracts/grammar-source.ts'
import { grammarDigests } from './grammar-digests.ts'

/** The name of the wasm that runs the grammars. */
export const runtimeName = 'web-tree-sitter'

/** The name of a grammar that the package brings along. */
export type GrammarName = Exclude<keyof typeof grammarDigests, typeof runtimeName>

/** Compiles a wasm of this version. Rejects with GRAMMAR_UNAVAILABLE where its bytes cannot be had or are others. */
export async function compiledWasm(
  name: keyof typeof grammarDigests,
  source: GrammarSource,
  crypto: Crypto,
): Promise<WebAssembly.Module> {
  const wasm = await source.wasm(name)
  const digest = Array.from(crypto.sha256(wasm), (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (digest !== grammarDigests[name])
    throw new AnvcsError('GRAMMAR_UNAVAILABLE', { message: `The grammar ${name} is not the one of this version.` })
  return await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>)
}
