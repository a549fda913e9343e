import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'
import { findProgram } from './needs.ts'

/** A real sshd on loopback with keys of its own, for the user who runs the tests. */
export class SshRemote implements AsyncDisposable {
  /** What `GIT_SSH_COMMAND` has to be for whoever may come in. */
  readonly command: string
  /** The same without knowing the server. */
  readonly strangersCommand: string
  /** The same with a key that the server does not know. */
  readonly outsidersCommand: string
  readonly #child: ChildProcess
  readonly #port: number

  private constructor(child: ChildProcess, port: number, folder: string) {
    this.#child = child
    this.#port = port
    const ssh = (key: string, known: string) =>
      `ssh -F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${join(folder, known)} -i ${join(folder, key)}`
    this.command = ssh('client', 'known_hosts')
    this.strangersCommand = ssh('client', 'nobody_known')
    this.outsidersCommand = ssh('outsider', 'known_hosts')
  }

  static async start(folder: string): Promise<SshRemote> {
    mkdirSync(folder, { mode: 0o700 })
    for (const name of ['host', 'client', 'outsider'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
    execFileSync('cp', [join(folder, 'client.pub'), join(folder, 'authorized_keys')])
    chmodSync(join(folder, 'authorized_keys'), 0o600)
    const port = await freePort()
    const hostKey = execFileSync('cat', [join(folder, 'host.pub')], { encoding: 'utf8' })
    writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}`)
    const lines = [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
    ]
    writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`)
    // As root it separates privileges, and wants the folder that its service makes.
    if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 })
    const args = ['-D', '-e', '-f', join(folder, 'sshd_config')]
    const child = spawn(findProgram('sshd')!, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    for await (const line of createInterface({ input: child.stderr }))
      if (line.includes('Server listening')) {
        // Whatever else it says must not fill the pipe.
        child.stderr.resume()
        return new SshRemote(child, port, folder)
      }
    throw new Error('sshd does not start')
  }

  /** The URL of a repository by its path. */
  url(path: string): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.#port}${path}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'close')
    this.#child.kill()
    await ended
  }
}
