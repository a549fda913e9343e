import type { Crypto } from '../../contracts/crypto.ts'
import { toHex, utf8 } from '../../lib/bytes.ts'
import type { FileTree, TreeFile } from './file-tree.ts'

/** A tree of texts and bytes: regular files, told apart by their SHA-256. */
export function treeOf(crypto: Pick<Crypto, 'sha256'>, files: Readonly<Record<string, string | Uint8Array>>): FileTree {
  return new Map(
    Object.entries(files).map(([path, content]) => {
      const bytes = typeof content === 'string' ? utf8(content) : content
      const file: TreeFile = { mode: 0o100644, id: toHex(crypto.sha256(bytes)), read: () => bytes }
      return [path, file] as const
    }),
  )
}
