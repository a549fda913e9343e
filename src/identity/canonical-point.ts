/**
 * Is this the one encoding of an Ed25519 point (RFC 8032 section 5.1.3)? That is: y below p = 2^255 - 19, and no sign on a
 * point whose x is zero. Whether it lies on the curve is not asked here. Libraries differ in this, verdicts must not.
 */
export function isCanonicalPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false
  const first = bytes[0]!
  const top = bytes[31]!
  const full = bytes.subarray(1, 31).every((byte) => byte === 0xff)
  if (full && (top & 0x7f) === 0x7f) return first < 0xec || (first === 0xec && top < 0x80)
  const one = first === 1 && top === 0x80 && bytes.subarray(1, 31).every((byte) => byte === 0)
  return !one
}
