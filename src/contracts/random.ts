/** Randomness for keys and ids. A source that is seeded says so, and a production room refuses it. */
export interface Random {
  readonly seeded: boolean
  bytes(length: number): Uint8Array
}
