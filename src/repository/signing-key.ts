import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import { runProgram } from '../git/run-program.ts'
import { memberSigner } from '../identity/member-signer.ts'
import { parseSshPrivateKey } from '../identity/openssh-private-key.ts'
import {
  fingerprintOf,
  formatSshPublicKey,
  parseAnySshPublicKey,
  readSshKeyBlob,
  sshKeyBlob,
  sshKeyType,
  type SshPublicKey,
} from '../identity/ssh-key.ts'
import { armorSshBlobs, sshSignedData, type SshNamespace } from '../identity/sshsig.ts'
import { utf8 } from '../lib/bytes.ts'
import type { Environment } from '../node/config-folder.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { memberKeyPath, readMemberKey } from '../node/member-key-file.ts'
import { listAgentKeys, signByAgent } from '../node/ssh-agent.ts'
import { checkSshSignature } from '../node/ssh-signature.ts'
import { readJson, writeJson } from './data-folder.ts'

/** Where keys are looked for, and whether anybody may be asked for a passphrase. */
export interface SigningPlaces {
  readonly configFolder: string
  readonly environment: Environment
  /** Is somebody at the terminal? */
  readonly isAttended: boolean
}

/** The key that signs here: the member's own, a file of OpenSSH, or one in an agent. */
export interface SigningKey extends SshPublicKey {
  readonly comment: string
  /** The file, or `agent`. */
  readonly place: string
  /** Throws SIGNING_FAILED. */
  readonly sign: MemberSigner['sign']
}

/** What `key use` remembers. */
interface Choice {
  readonly version: 1
  /** The private key file, or its `.pub` where an agent holds the key; null: `publicKey` is one of the agent's. */
  readonly path: string | null
  /** `TYPE BASE64 COMMENT` */
  readonly publicKey: string
}

function choicePath(configFolder: string): string {
  return join(configFolder, 'signing_key.json')
}

/** The key that was chosen, else the member key of this machine. Throws IDENTITY_MISSING, KEY_INVALID. */
export async function readSigningKey(places: SigningPlaces): Promise<SigningKey> {
  const choice = readChoice(places.configFolder)
  if (choice) {
    const key = parseAnySshPublicKey(choice.publicKey)
    if (key) return choice.path === null ? agentKey(places, key) : fileKey(places, choice.path, key)
  }
  const path = memberKeyPath(places.configFolder)
  const own = await readMemberKey(nodeCrypto, path)
  if (!own) throw new AnvcsError('IDENTITY_MISSING', { hint: 'Create one with `ai-vcs init`.' })
  return { ...seedKey(own.seed), comment: own.comment, place: path }
}

/** The same as a member of rooms. Throws KEY_INVALID where it is of a type that members cannot have. */
export function asMember({ type, blob, place, ...key }: SigningKey): MemberSigner {
  const publicKey = readSshKeyBlob(blob)
  if (publicKey) return { publicKey, sign: (namespace, message) => key.sign(namespace, message) }
  throw new AnvcsError('KEY_INVALID', {
    message: `Members of rooms have Ed25519 keys; the key in use is of type ${type} (${place}).`,
    hint: 'It signs commits outside of rooms. Choose an Ed25519 key with `ai-vcs key use`, or `ai-vcs key use own`.',
  })
}

/** `own`, the path of a private or public key, or `agent:FINGERPRINT`: signs with it from now on, after it has signed once. */
export async function useSigningKey(places: SigningPlaces, name: string, path: string): Promise<SigningKey> {
  if (name === 'own') {
    await rm(choicePath(places.configFolder), { force: true })
    return readSigningKey(places)
  }
  const fingerprint = name.startsWith('agent:') ? name.slice('agent:'.length) : undefined
  const key = fingerprint === undefined ? await findFile(places, path) : await findInAgent(places, fingerprint)
  await key.sign('anvcs', utf8('anvcs/1 try'))
  const choice: Choice = {
    version: 1,
    path: fingerprint === undefined ? path : null,
    publicKey: `${formatSshPublicKey(key)} ${key.comment}`.trim(),
  }
  await writeJson(choicePath(places.configFolder), choice)
  return key
}

function readChoice(configFolder: string): Choice | undefined {
  const path = choicePath(configFolder)
  const read = readJson(path) as Partial<Choice> | undefined
  if (read?.version === 1 && typeof read.publicKey === 'string' && read.path !== undefined) return read as Choice
  // Signing with another key than the chosen one would be a surprise.
  if (existsSync(path))
    throw new AnvcsError('KEY_INVALID', {
      message: `${path} is damaged.`,
      hint: 'Choose a key again with `ai-vcs key use`.',
    })
  return undefined
}

async function findFile(places: SigningPlaces, path: string): Promise<SigningKey> {
  const texts = await Promise.all([path, `${path}.pub`].map((file) => readFile(file, 'utf8').catch(() => undefined)))
  if (texts.every((text) => text === undefined))
    throw new AnvcsError('KEY_INVALID', {
      message: `There is no file ${path}.`,
      hint: 'Name a private key file, or a key in the SSH agent as `agent:FINGERPRINT` (see `ssh-add -l`).',
    })
  const plain = texts[0] === undefined ? undefined : parseSshPrivateKey(nodeCrypto, texts[0])
  if (typeof plain === 'object') return fileKey(places, path, { ...seedKey(plain.seed), comment: plain.comment })
  const key = texts.flatMap((text) => (text === undefined ? [] : (parseAnySshPublicKey(text) ?? [])))[0]
  if (key) return fileKey(places, path, key)
  throw new AnvcsError('KEY_INVALID', {
    message: `${path} is no key of OpenSSH whose public key is known.`,
    hint: `Write the public key beside it: \`ssh-keygen -y -f KEY > KEY.pub\`.`,
  })
}

async function findInAgent(places: SigningPlaces, fingerprint: string): Promise<SigningKey> {
  const keys = await listAgentKeys(places.environment)
  const found = keys.find((key) => fingerprintOf(nodeCrypto, key) === fingerprint)
  if (found) return agentKey(places, found)
  throw new AnvcsError('KEY_INVALID', {
    message: `The SSH agent holds no key ${fingerprint}.`,
    hint: 'List its keys with `ssh-add -l`.',
  })
}

function seedKey(seed: Uint8Array): Pick<SigningKey, 'type' | 'blob' | 'sign'> {
  const signer = memberSigner(nodeCrypto, seed)
  const sign: SigningKey['sign'] = (namespace, message) => signer.sign(namespace, message)
  return { type: sshKeyType, blob: sshKeyBlob(signer.publicKey), sign }
}

type NamedKey = SshPublicKey & { readonly comment: string }

function agentKey({ environment }: SigningPlaces, key: NamedKey): SigningKey {
  return {
    ...key,
    place: 'agent',
    sign: async (namespace, message) => {
      const signature = await signByAgent(environment, key, sshSignedData(nodeCrypto, namespace, message))
      return checked(key, namespace, message, armorSshBlobs(key.blob, namespace, signature))
    },
  }
}

/** Ed25519 keys without a passphrase are read; all others are used by `ssh-keygen`, which asks the agent and the user. */
function fileKey({ environment, isAttended }: SigningPlaces, path: string, key: NamedKey): SigningKey {
  return {
    ...key,
    place: path,
    sign: async (namespace, message) => {
      const text = await readFile(path, 'utf8').catch(() => '')
      const plain = parseSshPrivateKey(nodeCrypto, text)
      if (typeof plain === 'object') {
        // It also says whether others may read the file.
        await readMemberKey(nodeCrypto, path)
        return checked(key, namespace, message, await seedKey(plain.seed).sign(namespace, message))
      }
      const args = ['-Y', 'sign', '-n', namespace, '-f', path]
      const call = { folder: '/', environment: { ...environment }, input: message, hasNoTerminal: !isAttended }
      const result = await runProgram('ssh-keygen', args, call)
      if (!result)
        throw new AnvcsError('SIGNING_FAILED', {
          message: 'There is no program `ssh-keygen`, which this key needs.',
          hint: 'Install OpenSSH, or choose an Ed25519 key without a passphrase.',
        })
      if (result.exitCode === 0) return checked(key, namespace, message, new TextDecoder().decode(result.stdout))
      const reason = result.stderr.trim().split(/\r?\n/).at(-1)
      throw new AnvcsError('SIGNING_FAILED', {
        message: `ssh-keygen does not sign with ${path}: ${reason || `exit status ${result.exitCode}`}`,
        hint: 'If it has a passphrase, add it to the SSH agent with `ssh-add`; or choose another key with `ai-vcs key use`.',
      })
    },
  }
}

/** No commit is made with a signature that does not verify, or that is by another key than the one that was chosen. */
function checked(key: SshPublicKey, namespace: SshNamespace, message: Uint8Array, armored: string): string {
  const verdict = checkSshSignature(armored, namespace, message)
  const isOther = verdict && formatSshPublicKey(verdict.key) !== formatSshPublicKey(key)
  if (!isOther && verdict?.isValid !== false) return armored
  throw new AnvcsError('SIGNING_FAILED', {
    message: isOther ? 'The key file holds another key than when it was chosen.' : 'The signature does not verify.',
    hint: 'Choose the key again with `ai-vcs key use`.',
  })
}
