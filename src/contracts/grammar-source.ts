/** Where the wasm of grammars and of their runtime comes from. Implementations: `node/` reads the package, `browser/` fetches. */
export interface GrammarSource {
  /**
   * The uncompressed bytes of the wasm of this name in `grammars/grammars.json`, as they were stored: who loads them checks their digest.
   * Rejects with GRAMMAR_UNAVAILABLE where they cannot be had.
   */
  wasm(name: string): Promise<Uint8Array>
}
