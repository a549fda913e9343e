import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { MemberSigner } from '../../src/contracts/signer.ts'
import { fromBase64 } from '../../src/lib/bytes.ts'

/** A member key in a new file, used by OpenSSH. */
export function sshSigner(keyFile: string): MemberSigner {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile])
  const blob = fromBase64(readFileSync(`${keyFile}.pub`, 'utf8').split(' ')[1]!)!
  return {
    publicKey: blob.subarray(-32),
    sign: async (namespace, message) =>
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', keyFile], {
        input: message,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
  }
}
