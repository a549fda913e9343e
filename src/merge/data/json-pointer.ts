import { keyNoteSeparator, keyPartSeparator, otherKeySign } from './data-node.ts'

/** The JSON Pointer (RFC 6901) of a path of keys as `DataItem` has them. */
export function pointerOf(path: readonly string[]): string {
  const parts = path.flatMap((key) => key.split(keyNoteSeparator)[0]!.split(keyPartSeparator))
  const plain = parts.map((part) => (part.startsWith(otherKeySign) ? part.slice(2) : part))
  return plain.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
