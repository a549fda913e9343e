import type { Crypto } from '../contracts/crypto.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import { armorSshSignature, sshSignedData } from './sshsig.ts'

/** A signer over a member's Ed25519 seed (32 bytes) in memory. */
export function memberSigner(crypto: Crypto, seed: Uint8Array): MemberSigner {
  const publicKey = crypto.signingPublicKey(seed)
  return {
    publicKey,
    sign: (namespace, message) =>
      armorSshSignature(publicKey, namespace, crypto.sign(seed, sshSignedData(crypto, namespace, message))),
  }
}
