/**
 * The one suite of the format: SHA-256, HMAC, HKDF, AES-256-GCM, Ed25519, X25519. Synchronous, so that verdicts are plain
 * functions and the simulator needs no timers; a batch costs one call of each. Implementations: `node/` and `browser/`.
 */
export interface Crypto {
  sha256(...parts: readonly Uint8Array[]): Uint8Array
  sha512(...parts: readonly Uint8Array[]): Uint8Array
  /** Only for Git object ids. */
  sha1(...parts: readonly Uint8Array[]): Uint8Array
  hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
  /** HKDF (RFC 5869) with an empty salt unless one is given. */
  hkdfSha256(key: Uint8Array, info: Uint8Array, length: number, salt?: Uint8Array): Uint8Array
  /** Ciphertext followed by the 16-byte tag. */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** The plaintext, or undefined where the tag does not match. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  signingPublicKey(seed: Uint8Array): Uint8Array
  /** Ed25519 (RFC 8032), 64 bytes. */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array
  /** RFC 8032 without cofactor: S < L, canonical A and R. Never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** Is this a canonical point of prime order? Checked once for each key that is admitted. */
  isSigningKey(publicKey: Uint8Array): boolean
  agreementPublicKey(secret: Uint8Array): Uint8Array
  /** X25519 (RFC 7748); undefined for a low-order point. */
  agree(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined
}

/** Raw deflate (RFC 1951). */
export interface Deflate {
  deflate(bytes: Uint8Array): Uint8Array
  /** Undefined where the stream is broken, goes on after its end, or grows beyond `maxBytes`. */
  inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined
}
