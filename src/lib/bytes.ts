const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const empty = new Uint8Array(0)

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text, or undefined where the bytes are not well-formed UTF-8. A byte order mark is kept. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return undefined
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}

/** Bytewise order, a prefix first. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length)
  for (let i = 0; i < shared; i++) if (left[i] !== right[i]) return left[i]! - right[i]!
  return left.length - right.length
}

const hexDigits = '0123456789abcdef'

export function toHex(bytes: Uint8Array): string {
  const codes: number[] = []
  for (const byte of bytes) codes.push(hexDigits.charCodeAt(byte >> 4), hexDigits.charCodeAt(byte & 15))
  return codesText(codes)
}

/** Codes at once: more arguments than that may overflow the stack. */
const codesAtOnce = 4096

/** Put together letter by letter, a short text would take many times its memory. */
function codesText(codes: readonly number[]): string {
  if (codes.length <= codesAtOnce) return String.fromCharCode(...codes)
  let out = ''
  for (let at = 0; at < codes.length; at += codesAtOnce)
    out += String.fromCharCode(...codes.slice(at, at + codesAtOnce))
  return out
}

/** The bytes, or undefined where the text is not lower-case hexadecimal of even length. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 || !/^[0-9a-f]*$/.test(text)) return undefined
  return hexBytes(text)
}

/** The bytes of hexadecimal text that is known to be well-formed: an id of ours. */
export function hexBytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++)
    out[i] = (nibble(text.charCodeAt(2 * i)) << 4) | nibble(text.charCodeAt(2 * i + 1))
  return out
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const base64urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function encodeBase64(bytes: Uint8Array, alphabet: string): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out += alphabet[word >> 18]! + alphabet[(word >> 12) & 63]!
    if (i + 1 < bytes.length) out += alphabet[(word >> 6) & 63]!
    if (i + 2 < bytes.length) out += alphabet[word & 63]!
  }
  return out
}

function decodeBase64(text: string, alphabet: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let word = 0
  let bits = 0
  let at = 0
  for (const letter of text) {
    const value = alphabet.indexOf(letter)
    if (value < 0) return undefined
    word = ((word << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = (word >> bits) & 255
    }
  }
  return word & ((1 << bits) - 1) ? undefined : out
}

/** RFC 4648 section 4, padded. */
export function toBase64(bytes: Uint8Array): string {
  const text = encodeBase64(bytes, base64Alphabet)
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/** Undefined for anything but RFC 4648 section 4 with correct padding. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4) return undefined
  return decodeBase64(text.replace(/={1,2}$/, ''), base64Alphabet)
}

/** RFC 4648 section 5 without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return encodeBase64(bytes, base64urlAlphabet)
}

/** Undefined for anything but canonical, unpadded RFC 4648 section 5. */
export function fromBase64url(text: string): Uint8Array | undefined {
  return decodeBase64(text, base64urlAlphabet)
}
