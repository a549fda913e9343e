import type { Vault } from '../contracts/vault.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/** A vault in one file of mode 0600. Loading throws KEY_INVALID where others may read it. */
export function vaultFile(path: string): Vault {
  return { place: path, load: () => readPrivateFile(path), save: (secrets) => writePrivateFile(path, secrets) }
}
