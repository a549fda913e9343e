import { fromUtf8 } from '../lib/bytes.ts'

/** Files above this are named in a room, not shared. */
export const maxFileBytes = 10_000_000

/** The text that a blob holds, byte for byte; undefined where it is not strict UTF-8, holds NUL or is above `maxFileBytes`. */
export function textOfBlob(content: Uint8Array): string | undefined {
  return content.length > maxFileBytes || content.includes(0) ? undefined : fromUtf8(content)
}

const loneSurrogate = /[\uD800-\uDFFF]/u

/** Can this be part of a text: well-formed UTF-16 without NUL, so that the text is a blob's? */
export function isTextContent(text: string): boolean {
  return !text.includes('\0') && !loneSurrogate.test(text)
}
