import { AnvcsError } from '../contracts/errors.ts'
import { didKey } from '../identity/did-key.ts'
import { formatSshPrivateKey } from '../identity/openssh-private-key.ts'
import { sshFingerprint, sshPublicKey } from '../identity/ssh-key.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import type { KeyId } from '../contracts/ids.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { createMemberKey, memberKeyPath, readMemberKey } from '../node/member-key-file.ts'
import { createPrivateFile } from '../node/private-file.ts'
import { nodeRandom } from '../node/random.ts'

/** A member key without its secret. */
export interface MemberKeyView {
  readonly did: string
  /** As OpenSSH prints it. */
  readonly fingerprint: string
  /** A line for `authorized_keys`, a forge, or an allowed signers file. */
  readonly publicKey: string
  readonly path: string
}

/** The key of this user. Throws IDENTITY_MISSING where there is none, KEY_INVALID where it cannot be used. */
export async function showMemberKey(configFolder: string): Promise<MemberKeyView> {
  const path = memberKeyPath(configFolder)
  const key = await readMemberKey(nodeCrypto, path)
  if (!key) throw new AnvcsError('IDENTITY_MISSING')
  return viewOf(key.seed, key.comment, path)
}

/** Makes a key. KEY_INVALID where there is one. */
export async function makeMemberKey(configFolder: string, comment: string): Promise<MemberKeyView> {
  const path = memberKeyPath(configFolder)
  const key = await createMemberKey(nodeCrypto, nodeRandom, path, comment)
  return viewOf(key.seed, key.comment, path)
}

/** The key, made if there is none. */
export async function ensureMemberKey(
  configFolder: string,
  comment: string,
): Promise<{ readonly key: MemberKeyView; readonly isNew: boolean }> {
  try {
    return { key: await showMemberKey(configFolder), isNew: false }
  } catch (error) {
    if (!AnvcsError.is(error, 'IDENTITY_MISSING')) throw error
    return { key: await makeMemberKey(configFolder, comment), isNew: true }
  }
}

/** Takes over an Ed25519 key of OpenSSH that has no passphrase; the file it comes from stays. KEY_INVALID where there is a key already. */
export async function importMemberKey(configFolder: string, from: string): Promise<MemberKeyView> {
  const key = await readMemberKey(nodeCrypto, from)
  if (!key)
    throw new AnvcsError('KEY_INVALID', { message: `There is no file ${from}.`, hint: 'Name the private key file.' })
  const path = memberKeyPath(configFolder)
  const check = new DataView(nodeRandom.bytes(4).slice().buffer).getUint32(0)
  if (!(await createPrivateFile(path, utf8(formatSshPrivateKey(nodeCrypto, key, check)))))
    throw new AnvcsError('KEY_INVALID', {
      message: `There is a key at ${path} already.`,
      hint: 'Use it, or move it away first.',
    })
  return viewOf(key.seed, key.comment, path)
}

function viewOf(seed: Uint8Array, comment: string, path: string): MemberKeyView {
  const publicKey = nodeCrypto.signingPublicKey(seed)
  return {
    did: didKey(toHex(publicKey) as KeyId),
    fingerprint: sshFingerprint(nodeCrypto, publicKey),
    publicKey: sshPublicKey(publicKey, comment.replace(/\s+/g, ' ').trim()),
    path,
  }
}
