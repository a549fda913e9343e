/** Holds a member key: a file, an agent, a test. Signs SSHSIG only, in the two namespaces that a member key may be used for. */
export interface MemberSigner {
  readonly publicKey: Uint8Array
  /**
   * The armored SSH signature (PROTOCOL.sshsig of OpenSSH) over `message`. An agent may ask its user first, and refuse:
   * SIGNING_FAILED.
   */
  sign(namespace: 'git' | 'anvcs', message: Uint8Array): Promise<string>
}
