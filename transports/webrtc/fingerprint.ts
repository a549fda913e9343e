import { fromHex } from '../../src/lib/bytes.ts'

/**
 * The SHA-256 of the certificate that a session description binds its DTLS connection to (RFC 8122). Undefined unless there
 * is exactly one fingerprint and it is a sha-256: with two, the other end could choose which one counts.
 */
export function fingerprintOf(sdp: string): Uint8Array | undefined {
  if ((sdp.match(/fingerprint/gi) ?? []).length !== 1) return undefined
  const line = /(?:^|\n)a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\r?(?:\n|$)/i.exec(sdp)
  return line ? fromHex(line[1]!.replaceAll(':', '').toLowerCase()) : undefined
}
