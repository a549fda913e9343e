import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AnvcsError } from '../contracts/errors.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'

/** As far from here as from a chunk of the bundle: `dist/src/node` and `dist/bundle/cli` are equally deep. */
const folder = new URL('../../../grammars/', import.meta.url)

/** The grammars that the package brings along, read from its files. */
export const grammarFiles: GrammarSource = {
  async wasm(name) {
    try {
      return await promisify(gunzip)(await readFile(new URL(`${name}.wasm.gz`, folder)))
    } catch (cause) {
      throw new AnvcsError('GRAMMAR_UNAVAILABLE', { message: `The grammar ${name} cannot be read.`, cause })
    }
  },
}
