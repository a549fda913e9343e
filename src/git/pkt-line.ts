import { concat, utf8 } from '../lib/bytes.ts'

/** A line of Git's protocol (gitprotocol-common(5)): its length in four hexadecimal digits, then its bytes. */
export function pktLine(text: string): Uint8Array {
  const bytes = utf8(text)
  return concat(utf8((bytes.length + 4).toString(16).padStart(4, '0')), bytes)
}

/** What separates parts of a request. */
export const flushLine: Uint8Array = utf8('0000')

/** The lines in some bytes, flushes left out; undefined where they are malformed. */
export function parsePktLines(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const lines: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const digits = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1')
    if (!/^[0-9a-f]{4}$/i.test(digits)) return undefined
    const length = Number.parseInt(digits, 16)
    // 1 and 2 separate parts in version 2 of the protocol.
    if (length < 4) {
      at += 4
      continue
    }
    if (at + length > bytes.length) return undefined
    lines.push(bytes.subarray(at + 4, at + length))
    at += length
  }
  return lines
}

/** What came over side bands: data, and what the other side says to the user, or why it stopped. */
export interface BandedBytes {
  readonly data: Uint8Array
  readonly words: string
  readonly error: string | undefined
}

/** Lines of side-band-64k; those that are of none (`NAK`, `ACK ID`) are passed over. Undefined where they are malformed. */
export function readBands(bytes: Uint8Array): BandedBytes | undefined {
  const lines = parsePktLines(bytes)
  if (!lines) return undefined
  const data: Uint8Array[] = []
  const text = new TextDecoder()
  let words = ''
  let error: string | undefined
  for (const line of lines) {
    const content = line.subarray(1)
    if (line[0] === 1) data.push(content)
    else if (line[0] === 2) words += text.decode(content)
    else if (line[0] === 3) error = text.decode(content)
    else if (text.decode(line).startsWith('ERR ')) error = text.decode(line).slice('ERR '.length)
  }
  return { data: concat(...data), words, error: error?.trim() }
}
