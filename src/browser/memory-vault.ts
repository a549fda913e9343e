import type { Vault } from '../contracts/vault.ts'

/** Keys of a room in memory only: gone with the page. */
export function memoryVault(): Vault {
  let saved: Uint8Array | undefined
  return {
    load: async () => saved,
    save: async (secrets) => {
      saved = secrets.slice()
    },
  }
}
