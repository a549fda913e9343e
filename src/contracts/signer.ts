/** Holds a member key: a file, an agent, a test. Signs SSHSIG only, in the two namespaces that a member key may be used for. */
export interface MemberSigner {
  readonly publicKey: Uint8Array
  /** The armored SSH signature (PROTOCOL.sshsig of OpenSSH) over `message`. */
  sign(namespace: 'git' | 'anvcs', message: Uint8Array): string
}
