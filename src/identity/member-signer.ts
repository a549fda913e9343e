import type { Crypto } from '../contracts/crypto.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import { armorSshSignature, sshSignedData, type SshNamespace } from './sshsig.ts'

/** A signer over a member's Ed25519 seed (32 bytes) in memory. */
export function memberSigner(crypto: Crypto, seed: Uint8Array): MemberSigner {
  return {
    publicKey: crypto.signingPublicKey(seed),
    sign: async (namespace, message) => signAsMember(crypto, seed, namespace, message),
  }
}

/** The armored SSH signature by an Ed25519 seed. */
export function signAsMember(crypto: Crypto, seed: Uint8Array, namespace: SshNamespace, message: Uint8Array): string {
  const signature = crypto.sign(seed, sshSignedData(crypto, namespace, message))
  return armorSshSignature(crypto.signingPublicKey(seed), namespace, signature)
}
