import { gunzipSync } from 'fflate'
import { AnvcsError } from '../contracts/errors.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'

/**
 * Grammars from a site that holds a copy of the package's folder `grammars`; `folder` is its URL. Whether the server says that its files
 * are compressed, so that the browser inflates them, does not matter.
 */
export function fetchedGrammars(folder: string | URL): GrammarSource {
  const base = String(folder).replace(/\/?$/, '/')
  return {
    async wasm(name) {
      const url = `${base}${name}.wasm.gz`
      try {
        const response = await fetch(url)
        if (!response.ok) throw new Error(`status ${response.status}`)
        const bytes = new Uint8Array(await response.arrayBuffer())
        return isGzip(bytes) ? gunzipSync(bytes) : bytes
      } catch (cause) {
        throw new AnvcsError('GRAMMAR_UNAVAILABLE', { message: `${url} cannot be fetched.`, cause })
      }
    },
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}
