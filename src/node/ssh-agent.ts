import { createConnection } from 'node:net'
import { AnvcsError } from '../contracts/errors.ts'
import { readSshPublicKey, type SshPublicKey } from '../identity/ssh-key.ts'
import { SshReader, sshString, sshUint32 } from '../identity/ssh-wire.ts'
import { concat, fromUtf8 } from '../lib/bytes.ts'
import { messageOf } from '../lib/error-message.ts'
import type { Environment } from './config-folder.ts'

/** A key that an agent holds. */
export interface AgentKey extends SshPublicKey {
  readonly comment: string
}

/** Numbers of messages (draft-ietf-sshm-ssh-agent, section 6.1). */
const requestIdentities = 11
const identitiesAnswer = 12
const signRequest = 13
const signResponse = 14
/** Asks for rsa-sha2-512; keys of other types do not look at it. */
const rsaSha512 = 4
const maxAnswerBytes = 1 << 20
const maxKeys = 1024
/** An agent may ask its user, who may be at lunch. */
const answerMs = 120_000

/** The keys of the user's SSH agent. Throws SIGNING_FAILED where none answers. */
export async function listAgentKeys(environment: Environment, signal?: AbortSignal): Promise<readonly AgentKey[]> {
  const answer = new SshReader(await ask(environment, Uint8Array.of(requestIdentities), identitiesAnswer, signal))
  const count = Math.min(answer.uint32() ?? 0, maxKeys)
  const keys: AgentKey[] = []
  for (let i = 0; i < count; i++) {
    const blob = answer.string()
    const comment = answer.string()
    if (!blob || !comment) throw agentFailed('its answer cannot be read')
    const key = readSshPublicKey(blob)
    if (key) keys.push({ ...key, comment: fromUtf8(comment) ?? '' })
  }
  return keys
}

/** The agent's signature over data, as SSH encodes it. Throws SIGNING_FAILED where it refuses or does not hold the key. */
export async function signByAgent(
  environment: Environment,
  key: Pick<SshPublicKey, 'blob'>,
  data: Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const request = concat(Uint8Array.of(signRequest), sshString(key.blob), sshString(data), sshUint32(rsaSha512))
  const signature = new SshReader(await ask(environment, request, signResponse, signal)).string()
  if (!signature) throw agentFailed('its answer cannot be read')
  return signature
}

/** Sends one message and gives the content of the answer, which has to be of this type. */
function ask(
  { SSH_AUTH_SOCK: path }: Environment,
  message: Uint8Array,
  type: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!path) throw agentFailed('SSH_AUTH_SOCK is not set')
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path })
    const chunks: Buffer[] = []
    const abort = () => socket.destroy(signal!.reason as Error)
    signal?.addEventListener('abort', abort, { once: true })
    const end = (result: () => void) => {
      signal?.removeEventListener('abort', abort)
      socket.destroy()
      result()
    }
    const fail = (reason: string) => end(() => reject(agentFailed(reason)))
    socket.setTimeout(answerMs, () => fail('it does not answer'))
    socket.on('error', (error) =>
      signal?.aborted ? end(() => reject(signal.reason as Error)) : fail(messageOf(error)),
    )
    socket.on('end', () => fail('it closed the connection'))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const reader = new SshReader(Buffer.concat(chunks))
      const length = reader.uint32()
      if (length !== undefined && (length < 1 || length > maxAnswerBytes)) return fail('its answer has no fit length')
      const body = length === undefined ? undefined : reader.take(length)
      if (!body) return
      if (body[0] === type) end(() => resolve(body.slice(1)))
      else fail(type === signResponse ? 'it does not sign with this key' : 'it refuses')
    })
    socket.write(concat(sshUint32(message.length), message))
  })
}

function agentFailed(reason: string): AnvcsError {
  return new AnvcsError('SIGNING_FAILED', {
    message: `The SSH agent: ${reason}.`,
    hint: 'Look at its keys with `ssh-add -l`, or choose another key with `ai-vcs key use`.',
  })
}
