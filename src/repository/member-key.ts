import { AnvcsError } from '../contracts/errors.ts'
import { didKey } from '../identity/did-key.ts'
import { formatSshPrivateKey } from '../identity/openssh-private-key.ts'
import { fingerprintOf, formatSshPublicKey, readSshKeyBlob } from '../identity/ssh-key.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import type { KeyId } from '../contracts/ids.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { createMemberKey, memberKeyPath, readMemberKey } from '../node/member-key-file.ts'
import { createPrivateFile } from '../node/private-file.ts'
import { nodeRandom } from '../node/random.ts'
import { readSigningKey, useSigningKey, type SigningKey, type SigningPlaces } from './signing-key.ts'

/** The key that signs, without its secret. */
export interface MemberKeyView {
  /** Null for a key that no member of a room can have: one that is not Ed25519. */
  readonly did: string | null
  /** As OpenSSH prints it. */
  readonly fingerprint: string
  /** A line for `authorized_keys`, a forge, or an allowed signers file. */
  readonly publicKey: string
  /** The file, or `agent`. */
  readonly path: string
}

/** The key of this user. Throws IDENTITY_MISSING where there is none, KEY_INVALID where it cannot be used. */
export async function showMemberKey(places: SigningPlaces): Promise<MemberKeyView> {
  return viewOf(await readSigningKey(places))
}

/** Signs with this key from now on. Throws KEY_INVALID, SIGNING_FAILED. */
export async function useMemberKey(places: SigningPlaces, name: string, path: string): Promise<MemberKeyView> {
  return viewOf(await useSigningKey(places, name, path))
}

/** Makes a key. KEY_INVALID where there is one. */
export async function makeMemberKey(places: SigningPlaces, comment: string): Promise<MemberKeyView> {
  await createMemberKey(nodeCrypto, nodeRandom, memberKeyPath(places.configFolder), comment)
  return showMemberKey(places)
}

/** The key, made if there is none. */
export async function ensureMemberKey(
  places: SigningPlaces,
  comment: string,
): Promise<{ readonly key: MemberKeyView; readonly isNew: boolean }> {
  try {
    return { key: await showMemberKey(places), isNew: false }
  } catch (error) {
    if (!AnvcsError.is(error, 'IDENTITY_MISSING')) throw error
    return { key: await makeMemberKey(places, comment), isNew: true }
  }
}

/** Takes over an Ed25519 key of OpenSSH that has no passphrase; the file it comes from stays. KEY_INVALID where there is a key already. */
export async function importMemberKey(places: SigningPlaces, from: string): Promise<MemberKeyView> {
  if (from.endsWith('.pub'))
    throw new AnvcsError('KEY_INVALID', {
      message: `${from} is a public key.`,
      hint: 'Name the private key beside it: the file of that name without `.pub`.',
    })
  const key = await readMemberKey(nodeCrypto, from)
  if (!key)
    throw new AnvcsError('KEY_INVALID', { message: `There is no file ${from}.`, hint: 'Name the private key file.' })
  const path = memberKeyPath(places.configFolder)
  const check = new DataView(nodeRandom.bytes(4).slice().buffer).getUint32(0)
  if (!(await createPrivateFile(path, utf8(formatSshPrivateKey(nodeCrypto, key, check)))))
    throw new AnvcsError('KEY_INVALID', {
      message: `There is a key at ${path} already.`,
      hint: 'Use it, or move it away first.',
    })
  return showMemberKey(places)
}

function viewOf(key: SigningKey): MemberKeyView {
  const member = readSshKeyBlob(key.blob)
  return {
    did: member ? didKey(toHex(member) as KeyId) : null,
    fingerprint: fingerprintOf(nodeCrypto, key),
    publicKey: `${formatSshPublicKey(key)} ${key.comment.replace(/\s+/g, ' ')}`.trim(),
    path: key.place,
  }
}
