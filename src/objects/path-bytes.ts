import { concat, fromUtf8, utf8 } from '../lib/bytes.ts'

/**
 * Paths of Git are bytes. As text, each byte that is not part of UTF-8 is a lone surrogate, U+DC80 to U+DCFF (as in Python's PEP 383):
 * every path has a text of its own, which no path of a room can equal, and its bytes come back.
 */
const oddByte = /[\udc80-\udcff]/u
const firstOddByte = 0xdc00

/** The text of a path. */
export function pathText(bytes: Uint8Array): string {
  const text = fromUtf8(bytes)
  if (text !== undefined) return text
  const parts: string[] = []
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => fromUtf8(bytes.subarray(at, at + count)) !== undefined)
    parts.push(length ? fromUtf8(bytes.subarray(at, at + length))! : String.fromCharCode(firstOddByte + bytes[at]!))
    at += length ?? 1
  }
  return parts.join('')
}

/** The bytes of a path. */
export function pathBytes(path: string): Uint8Array {
  if (isUtf8Path(path)) return utf8(path)
  return concat(
    ...Array.from(path, (character) =>
      oddByte.test(character) ? Uint8Array.of(character.charCodeAt(0) - firstOddByte) : utf8(character),
    ),
  )
}

/** Is the path UTF-8? Any other can be committed, and cannot be shared in a room. */
export function isUtf8Path(path: string): boolean {
  return !oddByte.test(path)
}
