import { AnvcsError } from '../contracts/errors.ts'
import type { SignCommit } from '../git/build-commit.ts'
import { runProgram } from '../git/run-program.ts'
import type { Workspace } from './workspace.ts'

/**
 * Signs with the program that Git is told to use for OpenPGP (`gpg.program`), and the key that it would use: `user.signingKey`,
 * else the one of the committer.
 */
export function openPgpSigner({ git, environment, person, isAttended }: Workspace): SignCommit {
  const { config } = git
  const program = config.get('gpg.openpgp.program') ?? config.get('gpg.program') ?? 'gpg'
  const isOpenPgpKey = (config.get('gpg.format') ?? 'openpgp') === 'openpgp'
  const configured = isOpenPgpKey ? config.get('user.signingkey') : undefined
  const key = configured || `${person.name} <${person.email}>`
  const attended = isAttended ? [] : ['--no-tty']
  return async (payload) => {
    const args = [...attended, '--status-fd=2', '-bsau', key]
    const result = await runProgram(program, args, {
      folder: git.workTree,
      environment: { ...environment },
      input: payload,
      hasNoTerminal: !isAttended,
    })
    if (!result) throw failed(`there is no program ${program}`, 'Install GnuPG, or set gpg.program of Git.')
    // As git does: the exit status alone does not say that a signature was made.
    if (result.exitCode === 0 && /^\[GNUPG:\] SIG_CREATED /m.test(result.stderr))
      return new TextDecoder().decode(result.stdout).replaceAll('\r\n', '\n')
    const reason = result.stderr.split('\n').filter((line) => line && !line.startsWith('[GNUPG:]'))
    throw failed(
      reason.at(-1) ?? `exit status ${result.exitCode}`,
      `Look for a secret key of ${key} with \`gpg --list-secret-keys\`, name one with \`git config user.signingKey\`, or sign with SSH: \`signing.format\` in your config.yaml.`,
    )
  }
}

function failed(reason: string, hint: string): AnvcsError {
  return new AnvcsError('SIGNING_FAILED', { message: `OpenPGP does not sign: ${reason}.`, hint })
}
