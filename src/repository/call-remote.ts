import { AnvcsError } from '../contracts/errors.ts'
import { gitFailed, type GitResult } from '../git/git-program.ts'
import { allowedProtocols } from '../git/allowed-protocols.ts'
import type { Workspace } from './workspace.ts'

/**
 * Runs a command of git that talks to a remote. Passwords and passphrases are asked for by git and ssh, and only where somebody
 * is at the terminal. Throws REMOTE_UNREACHABLE where nobody answers, REMOTE_REFUSED where we are not let in, and
 * REMOTE_UNSUPPORTED where the URL is of a kind that is not allowed.
 */
export async function callRemote(
  workspace: Workspace,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<GitResult> {
  const { git, isAttended } = workspace
  const env = {
    GIT_ALLOW_PROTOCOL: allowedProtocols(git.config, workspace.environment),
    GIT_TERMINAL_PROMPT: isAttended ? '1' : '0',
  }
  // A push runs a hook.
  const result = await git.hooked.call(args, { env, signal, hasNoTerminal: !isAttended })
  // A push that was refused ends the connection, too; what it prints says that somebody was there.
  if (result.exitCode === 0 || result.stdout.length || lacksAtomic(result) || isStoppedHere(result)) return result
  const found = failures.find(({ pattern }) => pattern.test(result.stderr))
  if (!found) return result
  // The first line is git's own; what ssh says, or the server, may stand before it.
  const line = result.stderr.split('\n').find((text) => found.pattern.test(text)) ?? ''
  throw new AnvcsError(found.code, {
    message: `git ${args[0]}: ${line.replace(/^(?:fatal|error): /, '').trim() || gitFailed(args, result).message}`,
    ...(found.hint !== undefined && { hint: found.hint }),
  })
}

/** Git itself hangs up where the other side cannot take several refs in one step. */
export function lacksAtomic({ stderr }: GitResult): boolean {
  return stderr.includes('does not support --atomic')
}

/** The other side was reached, and said nothing: the pre-push hook has ended the push. */
export function isStoppedHere({ stdout, stderr }: GitResult): boolean {
  return stdout.length === 0 && /^error: failed to push some refs/m.test(stderr)
}

interface Failure {
  readonly code: 'REMOTE_REFUSED' | 'REMOTE_UNREACHABLE' | 'REMOTE_UNSUPPORTED'
  /** Messages of git, ssh and curl. */
  readonly pattern: RegExp
  readonly hint?: string
}

/** The first that fits counts: whoever is not let in is told by git that nothing could be read, too. */
const failures: readonly Failure[] = [
  {
    code: 'REMOTE_UNSUPPORTED',
    pattern: /transport '.*' not allowed|unable to find remote helper/i,
    hint: 'Use a URL of ssh, https, http, git or a path; `git remote -v` shows what is configured.',
  },
  {
    code: 'REMOTE_REFUSED',
    pattern: /host key verification failed/i,
    hint: 'Connect once with `git fetch` at a terminal, and compare the key of the server.',
  },
  {
    code: 'REMOTE_REFUSED',
    pattern:
      /permission denied|authentication failed|could not read (?:username|password)|terminal prompts disabled|returned error: 40[13]/i,
  },
  {
    code: 'REMOTE_UNREACHABLE',
    pattern:
      /unable to access|could not read from remote|could not resolve|connection (?:refused|timed out|reset)|does not appear to be a git repository|unable to look up|hung up unexpectedly|repository '.*' not found/i,
  },
]
