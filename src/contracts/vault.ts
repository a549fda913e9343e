/** Where a device keeps the keys of one room: a file of mode 0600, memory, a browser's storage. */
export interface Vault {
  /** Where that is, for people to read. */
  readonly place?: string
  load(): Promise<Uint8Array | undefined>
  /** Durable when it resolves; replaces what was there. */
  save(secrets: Uint8Array): Promise<void>
}
